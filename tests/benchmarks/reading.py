"""What reading costs: against libcst's bare parse, for a small script, and as size grows.

`python -m tests.benchmarks.reading [--rows FILE]`; rows are JSON lines with `language`, `expected` and
`text`, and the benign Python among them is read. Without rows the standard library stands in. Prints
a table; the figures are this machine's, the ratios are what counts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import libcst

from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation
from tests.benchmarks.measure import Spread

RECURSION = 6_000  # as in the reading worker
GOAL = 3.0
SMALL = (80, 120)
PIECE = """
def step_{n}(items, limit={n}):
    total = 0
    for index, item in enumerate(items):
        if item > limit and index % 2:
            total += item * 2
        elif not item:
            continue
    name = "part-" + str(total)
    return {{"name": name, "total": total, "rest": [x for x in items if x != total]}}
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What some scripts cost: lines, and seconds of parsing alone and of reading."""

    lines: int
    parse: float
    read: float

    @property
    def ratio(self) -> float:
        """How many times the bare parse reading costs."""
        return self.read / self.parse


def parse(text: str) -> None:
    """Parse a script as libcst does, and no more."""
    libcst.parse_module(text)


def seconds_of(call: Callable[[str], None], text: str) -> float:
    """Give the processor time of one call: other work on the machine does not count."""
    begin = time.process_time()
    call(text)
    return time.process_time() - begin


def read(text: str) -> None:
    """Read a script as a worker does."""
    Evaluation(Script.of(text, Language.PYTHON, "script.py")).read_script()


def cost_of(texts: Iterable[str]) -> Cost:
    """Measure scripts that parse, one after the other, each parsed and then read."""
    lines, parsing, reading = 0, 0.0, 0.0
    for text in texts:
        try:
            parsed = seconds_of(parse, text)
        except libcst.ParserSyntaxError:
            continue
        parsing += parsed
        reading += seconds_of(read, text)
        lines += text.count("\n") + 1
    if not lines:
        raise SystemExit("no Python that parses was found")
    return Cost(lines, parsing, reading)


def rows_of(path: Path) -> list[str]:
    """Give the benign Python among labelled rows."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row["text"] for row in rows if row["language"] == "python" and row["expected"] == "allow"]


def library(most: int) -> list[str]:
    """Give files of the standard library, a stand-in for benign code."""
    found = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in found]
    return [text for text in texts if len(text) < 100_000][:most]


def growth(sizes: Iterable[int]) -> list[tuple[int, float, float]]:
    """Measure parsing and reading at sizes in lines, of code that reaches an effect at its end."""
    rows = []
    for size in sizes:
        count = size // (PIECE.count("\n") + 1)
        text = "import os\n" + "".join(PIECE.format(n=n) for n in range(count)) + "os.system('ls')\n"
        rows.append((size, seconds_of(parse, text), seconds_of(read, text)))
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path)
    parser.add_argument("--most", type=int, default=120, help="files of the standard library")
    parser.add_argument("--sizes", default="1000,10000,100000")
    asked = parser.parse_args()
    sys.setrecursionlimit(RECURSION)
    texts = rows_of(asked.rows) if asked.rows else library(asked.most)
    read("import os\nos.system('ls')\n")  # imports are not what is measured
    cost = cost_of(texts)
    per_thousand = 1_000_000 / cost.lines
    print(f"{cost.lines} lines of {'rows' if asked.rows else 'the standard library'}:")
    print(f"  read  {cost.read * per_thousand:8.1f} ms per 1,000 lines")
    print(
        f"  parse {cost.parse * per_thousand:8.1f} ms per 1,000 lines, {100 * cost.parse / cost.read:.0f} % of reading"
    )
    print(f"  {cost.ratio:.2f} times libcst's bare parse (goal: at most {GOAL:g})")
    small = [text for text in texts if SMALL[0] <= text.count("\n") <= SMALL[1]]
    if small:
        spread = Spread.of([statistics.median(seconds_of(read, text) for _ in range(3)) for text in small])
        print(f"  {len(small)} scripts of about 100 lines, warm: median {spread.p50} ms, p95 {spread.p95} ms")
    for size, parsing, reading in growth(int(size) for size in asked.sizes.split(",")):
        print(f"  {size:7d} lines: parse {1000 * parsing:8.1f} ms, read {1000 * reading:8.1f} ms")
    print(f"  measured {time.strftime('%Y-%m-%d')} with Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()
