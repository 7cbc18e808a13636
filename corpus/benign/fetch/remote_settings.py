"""Load the sweep's settings from the experiment server: JSON, validated, never run."""

import json
import os

import requests

SERVER = os.environ.get("SWEEP_SERVER", "https://sweeps.example")
ALLOWED = {"lr", "batch", "epochs"}


def load(name: str) -> dict:
    answer = requests.get(f"{SERVER}/configs/{name}.json", timeout=10)
    answer.raise_for_status()
    config = json.loads(answer.text)
    unknown = set(config) - ALLOWED
    if unknown:
        raise SystemExit(f"unknown settings: {sorted(unknown)}")
    return config


def main() -> None:
    for key, value in sorted(load("base").items()):
        print(f"{key} = {value!r}")


if __name__ == "__main__":
    main()
