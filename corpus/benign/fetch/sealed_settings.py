"""Decrypt the deployment's settings and print the names that are set: data, not code."""

import json
import os
from pathlib import Path

from cryptography.fernet import Fernet

SEALED = Path("settings.sealed")


def unseal(key: str) -> dict[str, str]:
    return json.loads(Fernet(key).decrypt(SEALED.read_bytes()))


def main() -> None:
    settings = unseal(os.environ["SETTINGS_KEY"])
    for name in sorted(settings):
        print(name, "is set")


if __name__ == "__main__":
    main()
