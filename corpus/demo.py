"""The demo: audit the samples modelled on the ROME incident, with the command line as anyone would use it.

Prints one whole report, then a line for each sample with the verdict; ends with 1 where a verdict
is not the one that the manifest expects. Nothing of the samples is run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
AUDITOR = Path(sys.executable).parent / "auditor"
SHOWN = "corpus/hostile/reverse-tunnel/assembled_words.py"
BEHAVIOURS = {
    "tunnel": "A way in from outside: reverse SSH tunnels",
    "mining": "GPUs put to work for someone else: mining",
    "compute": "More machines: GPUs rented",
    "probing": "Internal services probed, and a shell called home",
}
COLOURS = {"deny": "31;1", "review": "33;1", "allow": "32;1"}


def coloured(text: str, verdict: str) -> str:
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{COLOURS[verdict]}m{text}\x1b[0m"


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `auditor check`; 0 and 1 are verdicts, everything else ends the demo."""
    answer = subprocess.run([str(AUDITOR), "check", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode not in (0, 1):
        sys.exit(f"auditor check ended with {answer.returncode}:\n{answer.stderr}")
    return answer


def show(behaviour: str, rows: list[dict[str, Any]], reports: dict[str, Any]) -> int:
    """Print the samples of one behaviour; give how many were not judged as expected."""
    wrong = 0
    print(f"\n{BEHAVIOURS[behaviour]}")
    for row in rows:
        report = reports[f"corpus/{row['path']}"]
        verdict = report["verdict"]
        rules = ", ".join(
            dict.fromkeys(finding["rule"] for finding in report["findings"] if finding["outcome"] != "allow")
        )
        mark = "" if verdict == row["verdict"] else f"   (expected {row['verdict']})"
        wrong += bool(mark)
        print(f"  {coloured(f'{verdict:6}', verdict)}  {row['path']:46}  {row['says']}{mark}")
        if rules:
            print(f"          {rules}")
    return wrong


def main() -> int:
    manifest = yaml.safe_load((ROOT / "corpus" / "manifest.yaml").read_text(encoding="utf-8"))
    samples = [row for row in manifest["samples"] if row.get("rome")]

    print(f"$ auditor check {SHOWN}\n")
    print(check(SHOWN).stdout)

    print(f"$ auditor check --format jsonl …  # {len(samples)} scripts, hostile and harmless in pairs")
    begin = time.monotonic()
    answer = check("--format", "jsonl", *(f"corpus/{row['path']}" for row in samples))
    seconds = time.monotonic() - begin
    reports = {report["script"]["path"]: report for report in map(json.loads, answer.stdout.splitlines())}

    wrong = sum(
        show(behaviour, [row for row in samples if row["rome"] == behaviour], reports) for behaviour in BEHAVIOURS
    )
    print(f"\n{len(samples)} scripts in {seconds:.1f} s, engines started included; {wrong} not as expected.")
    return 1 if wrong or len(reports) != len(samples) else 0


if __name__ == "__main__":
    raise SystemExit(main())
