"""Fine-tuning demo with a web page; shared for the duration of the session."""

import os
import threading

from flask import Flask, jsonify
from pyngrok import conf, ngrok

app = Flask(__name__)
state = {"step": 0, "loss": None}


@app.get("/state")
def show_state():
    return jsonify(state)


def train(steps: int = 1000) -> None:
    for step in range(steps):
        state["step"] = step
        state["loss"] = 1.0 / (step + 1)


def main() -> None:
    conf.get_default().auth_token = os.environ.get("NGROK_TOKEN", "")
    tunnel = ngrok.connect(5000, "http")
    print("watch at", tunnel.public_url)
    threading.Thread(target=train, daemon=True).start()
    app.run(port=5000)


if __name__ == "__main__":
    main()
