"""Run many compositions against the truth and say how they were read, step by step.

`python -m tests.read.compositions.run --count 5000 --out build/compositions.jsonl`; every seed is
one composition, every second one hides a harmless twin. Prints a summary; the rows hold the details.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from auditor import Auditor
from tests.read.compositions.composing import HARMFUL, PROGRAMS, TWINS, Composition, compose
from tests.read.compositions.oracle import Room, obstacle
from tests.read.compositions.outcomes import outcome_of, reading_of

_RECURSION_LIMIT = 6_000  # as in the reading worker


@dataclass(frozen=True, slots=True)
class Row:
    """One composition and what became of it; `outcome` is "invalid" where it does not run its command."""

    seed: int
    is_harmful: bool
    language: str
    argv: tuple[str, ...]
    outcome: str
    verdict: str
    steps: tuple[str, ...]


def composition_of(seed: int) -> Composition:
    """Give the composition of a seed: harmful when it is even."""
    draw = random.Random(seed)
    return compose(draw, draw.choice(TWINS if seed % 2 else HARMFUL))


def rows(seeds: range, auditor: Auditor | None) -> Iterator[Row]:
    """Run compositions, and read those that run what they should."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        room = Room.at(Path(folder), PROGRAMS)

        def tried(seed: int) -> tuple[int, Composition, bool]:
            composition = composition_of(seed)
            return seed, composition, composition.argv in room.run(composition.language, composition.text)

        for seed, composition, is_valid in pool.map(tried, seeds):
            outcome, verdict = "invalid", ""
            if is_valid:
                outcome = outcome_of(reading_of(composition), composition.argv).value
                if auditor is not None:
                    verdict = auditor.audit(composition.text, language=composition.language).verdict.value
            yield Row(seed, seed % 2 == 0, composition.language, composition.argv, outcome, verdict, composition.steps)


def summary(found: list[Row]) -> str:
    """Count outcomes and verdicts, and name the steps that are read worst."""
    lines = [f"{len(found)} compositions"]
    for is_harmful in (True, False):
        some = [row for row in found if row.is_harmful is is_harmful]
        for name in ("outcome", "verdict"):
            counts = Counter(str(getattr(row, name)) for row in some)
            lines.append(f"{'harmful' if is_harmful else 'harmless'} {name}: {dict(counts.most_common())}")
    seen: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for row in found:
        if row.outcome != "invalid":
            seen.update(row.steps)
            if row.outcome != "exact":
                missed.update(row.steps)
    groups = sorted({step.rsplit(".", 1)[0] for step in seen})
    for group in groups:
        of = [step for step in seen if step.rsplit(".", 1)[0] == group]
        total, lost = sum(seen[step] for step in of), sum(missed[step] for step in of)
        lines.append(f"{group}: {len(of)} kinds, {total} uses, {100 * (total - lost) / total:.1f} % exact")
    worst = sorted(missed, key=lambda step: (-missed[step] / seen[step], -missed[step]))
    lines += [f"  {step}: {missed[step]} of {seen[step]} missed" for step in worst[:40] if missed[step] > 1]
    return "\n".join(lines)


def main() -> None:
    """Read the arguments, run, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--verdicts", action="store_true", help="judge each one with the shipped rules too")
    asked = parser.parse_args()
    if why := obstacle():
        raise SystemExit(why)
    sys.setrecursionlimit(_RECURSION_LIMIT)
    auditor = Auditor() if asked.verdicts else None
    found = []
    for row in rows(range(asked.first, asked.first + asked.count), auditor):
        found.append(row)
        if asked.out:
            with asked.out.open("a", encoding="utf-8") as out:
                out.write(json.dumps(asdict(row)) + "\n")
    if auditor is not None:
        auditor.close()
    print(summary(found))


if __name__ == "__main__":
    main()
