"""Copy finished checkpoints to the storage server, and thin out old ones."""

import logging
import subprocess
from pathlib import Path

log = logging.getLogger("sync")

CHECKPOINTS = Path("/mnt/shared/checkpoints")
DESTINATION = "backup@storage.example:/srv/checkpoints/"
KEEP = 5


def copy() -> None:
    command = [
        "rsync",
        "--archive",
        "--recursive",
        "-R",  # keep the relative paths
        "--rsh",
        "ssh -p 2222 -i /etc/keys/backup",
        str(CHECKPOINTS) + "/./",
        DESTINATION,
    ]
    subprocess.run(command, check=True)


def thin_out() -> None:
    found = sorted(CHECKPOINTS.glob("step_*.pt"), key=lambda item: item.stat().st_mtime)
    for stale in found[:-KEEP]:
        log.info("removing %s", stale.name)
        stale.unlink()


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    copy()
    thin_out()


if __name__ == "__main__":
    main()
