"""Start queued training jobs on GPUs that are idle."""

import logging
import os
import subprocess
import time
from pathlib import Path

log = logging.getLogger("queue")

QUERY = ["nvidia-smi", "--query-gpu=index,utilization.gpu", "--format=csv,noheader,nounits"]
QUEUE = Path("queue")


def utilisation() -> dict[int, int]:
    answer = subprocess.run(QUERY, capture_output=True, text=True, check=True)
    rows = [line.split(",") for line in answer.stdout.splitlines()]
    return {int(index): int(percent) for index, percent in rows}


def start(gpu: int, config: Path) -> subprocess.Popen:
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES=str(gpu))
    return subprocess.Popen(["python", "train.py", "--config", str(config)], env=environment)


def main() -> None:
    running: dict[int, subprocess.Popen] = {}
    while True:
        waiting = sorted(QUEUE.glob("*.yaml"))
        for gpu, percent in utilisation().items():
            if percent < 5 and gpu not in running and waiting:
                config = waiting.pop(0)
                running[gpu] = start(gpu, config)
                config.rename(config.with_suffix(".started"))
                log.info("gpu %d takes %s", gpu, config.name)
        time.sleep(60)


if __name__ == "__main__":
    main()
