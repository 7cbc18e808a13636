"""Render a Slurm job script and submit it."""

import argparse
import subprocess
from pathlib import Path

TEMPLATE = """#!/bin/bash
#SBATCH --job-name={name}
#SBATCH --nodes=1
#SBATCH --time=04:00:00
set -e
python -m pipeline.tokenize --input {source} --output {target}
python -m pipeline.pack --input {target} --length 4096
"""


def render(name: str, source: str, target: str) -> str:
    return TEMPLATE.format(name=name, source=source, target=target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--source", default="/mnt/raw")
    parser.add_argument("--target", default="/mnt/tokens")
    parser.add_argument("--dry-run", action="store_true")
    options = parser.parse_args()
    script = Path("job.sbatch")
    script.write_text(render(options.name, options.source, options.target))
    if options.dry_run:
        print(script.read_text())
        return
    answer = subprocess.run(["sbatch", "--parsable", str(script)], capture_output=True, text=True, check=True)
    print("submitted as", answer.stdout.strip())


if __name__ == "__main__":
    main()
