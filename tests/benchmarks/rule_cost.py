"""What the rules cost: a warm scan with all of them beside one with a single rule, and each rule alone.

Takes scripts of the corpus; prints the median times, the time from start to the first verdict, and the rules that
cost most on a transcript in which their anchors do occur.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from auditor import Auditor
from auditor.match import Matcher
from auditor.model.reading import Reading
from auditor.rulebook.checking import rule_files
from auditor.rulebook.transcripts import reading_of
from auditor.settings import shipped_rulesets
from tests.corpus import samples

SINGLE = "ssh-reverse-forward"
SCRIPTS = 40
ROUNDS = 3
LISTED = 12


def main() -> int:
    """Print the figures."""
    root = shipped_rulesets()
    texts = [(sample.file.read_bytes(), sample.path) for sample in samples()[:SCRIPTS]]
    begin = time.monotonic()
    with Auditor(follow=False) as auditor:
        auditor.audit(texts[0][0], path=texts[0][1])
        first = time.monotonic() - begin
        readings = [auditor.audit(data, path=path).reading for data, path in texts]
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder)
        file = next(root.glob(f"*/{SINGLE}.yaml"))
        (alone / file.parent.name).mkdir()
        shutil.copy(file, alone / file.parent.name)
        every, one = _median(root, readings), _median(alone, readings)
    count = len(rule_files(root))
    sys.stdout.write(
        f"first verdict after start: {first * 1000:.0f} ms\n"
        f"match one script, warm, all {count} rules: {every * 1000:.1f} ms; {SINGLE} alone: {one * 1000:.1f} ms\n"
    )
    if "--each" not in sys.argv:
        return 0
    mixed = [reading_of(each.with_suffix(".transcript")) for each in rule_files(root)]
    for cost, name in sorted(_each(root, mixed), reverse=True)[:LISTED]:
        sys.stdout.write(f"{cost * 1000:8.1f} ms over {len(mixed)} transcripts: {name}\n")
    return 0


def _median(root: Path, readings: list[Reading]) -> float:
    with Matcher(root, is_skipping=False) as matcher:
        matcher.match(readings[0])
        times = [_seconds(matcher, [reading]) for _ in range(ROUNDS) for reading in readings]
    return statistics.median(times)


def _each(root: Path, readings: list[Reading]) -> list[tuple[float, str]]:
    costs = []
    with tempfile.TemporaryDirectory() as folder:
        for file in rule_files(root):
            alone = Path(folder) / file.stem
            (alone / file.parent.name).mkdir(parents=True)
            shutil.copy(file, alone / file.parent.name)
            with Matcher(alone, is_skipping=False) as matcher:
                matcher.match(readings[0])
                costs.append((_seconds(matcher, readings), file.stem))
    return costs


def _seconds(matcher: Matcher, readings: Iterable[Reading]) -> float:
    begin = time.monotonic()
    for reading in readings:
        matcher.match(reading)
    return time.monotonic() - begin


if __name__ == "__main__":
    raise SystemExit(main())
