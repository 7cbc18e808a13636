"""Peers on labelled rows: the auditor, Bandit and GuardDog's source rules, in one table.

Takes files of labelled JSON Lines (as `auditor corpus score` reads them) and, for GuardDog, the interpreter of an
environment in which it is installed (`pip install guarddog`); prints a table of Markdown. A peer that reads only
Python has its figures over all rows and over the Python ones: what it does not read, it misses. GuardDog itself is
never imported, since that makes it ask the network for lists of names; its YARA rules are run as they ship, each on
the kinds of files that it is for, and only those that name a threat count.

    python -m tests.benchmarks.peers DATA.jsonl --guarddog /path/to/venv/bin/python
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor.corpora.rows import Row, read_rows
from auditor.corpora.score import Rate
from auditor.model.verdict import Verdict

BIN = Path(sys.executable).parent
SUFFIXES = {"python": ".py", "bash": ".sh", "dockerfile": ".dockerfile", "yaml": ".yaml", "notebook": ".ipynb"}
_YARA = """
import fnmatch, importlib.util, json, pathlib, re, sys, yara
root = pathlib.Path(importlib.util.find_spec("guarddog").submodule_search_locations[0]) / "analyzer" / "sourcecode"
rules = []
for path in sorted(root.glob("threat-*.yar")):
    text = path.read_text()
    found = re.search(r'path_include\\s*=\\s*"(.+?)"', text)
    try:
        rules.append((yara.compile(source=text), found.group(1).split(",") if found else ["*"]))
    except yara.SyntaxError as error:  # one of 3.2.0 refers to a rule that it does not bring
        print(path.name, "does not compile:", error, file=sys.stderr)
for line in sys.stdin:
    row = json.loads(line)
    hit = any(
        any(fnmatch.fnmatch(row["name"], glob) for glob in globs) and rule.match(data=row["text"], timeout=10)
        for rule, globs in rules
    )
    print(json.dumps([row["id"], bool(hit)]))
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one tool made of the rows, by their ids."""

    name: str
    verdicts: dict[str, Verdict]


def auditor(files: Sequence[Path]) -> Answer:
    """Run `auditor corpus score` and take back the verdict of each row."""
    verdicts: dict[str, Verdict] = {}
    for file in files:
        words = [str(BIN / "auditor"), "corpus", "score", str(file), "--format", "json", "--list", "1000000"]
        told = json.loads(subprocess.run(words, capture_output=True, text=True, check=False).stdout)
        verdicts |= {row["id"]: Verdict(row["verdict"]) for row in [*told["misses"], *told["false_alarms"]]}
        # rows that are neither missed nor false alarms were judged as labelled, or more strictly
        for row in read_rows(file):
            verdicts.setdefault(row.id, row.expected)
    return Answer("auditor", verdicts)


def bandit(rows: Iterable[Row], least: str) -> Answer:
    """Run Bandit over the Python rows; a result of at least a severity flags a row."""
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, row in enumerate(row for row in rows if row.language == "python"):
            file = Path(folder) / f"row{number}.py"
            file.write_text(row.text, encoding="utf-8", errors="surrogatepass")
            names[str(file)] = row.id
        words = [str(BIN / "bandit"), "-r", folder, "-f", "json", "-q", "--ignore-nosec", "--exit-zero"]
        told = json.loads(subprocess.run(words, capture_output=True, text=True, check=False).stdout)
    flagged = {
        names[result["filename"]] for result in told["results"] if least == "any" or result["issue_severity"] == least
    }
    return Answer(f"Bandit, {least}", dict.fromkeys(flagged, Verdict.DENY))


def guarddog(rows: Iterable[Row], interpreter: str) -> Answer:
    """Run GuardDog's threat rules over all rows, each under a name of its language."""
    lines = "".join(
        json.dumps({"id": row.id, "name": f"package/script{SUFFIXES.get(row.language, '.txt')}", "text": row.text})
        + "\n"
        for row in rows
    )
    done = subprocess.run([interpreter, "-c", _YARA], input=lines, capture_output=True, text=True, check=True)
    hits = [json.loads(line) for line in done.stdout.splitlines()]
    return Answer("GuardDog, any threat rule", {name: Verdict.DENY for name, is_hit in hits if is_hit})


def table(rows: Sequence[Row], answers: Sequence[Answer]) -> str:
    """Give the figures of each tool as a table of Markdown."""
    head = "| tool | rows | core flagged | risky flagged | deny where deny is expected | benign flagged |\n"
    lines = [head, "|---|---|---:|---:|---:|---:|\n"]
    for answer in answers:
        for name, chosen in (("all", list(rows)), ("Python", [row for row in rows if row.language == "python"])):
            core = [row for row in chosen if row.is_core and row.expected is not Verdict.ALLOW]
            risky = [row for row in chosen if row.expected is not Verdict.ALLOW]
            deny = [row for row in risky if row.expected is Verdict.DENY]
            benign = [row for row in chosen if row.expected is Verdict.ALLOW]
            cells = (
                _share(core, answer, _is_flagged), _share(risky, answer, _is_flagged),
                _share(deny, answer, _is_denied), _share(benign, answer, _is_flagged),
            )  # fmt: skip
            lines.append(f"| {answer.name} | {name} | {' | '.join(cells)} |\n")
    return "".join(lines)


def _share(rows: Sequence[Row], answer: Answer, holds: Callable[[Verdict], bool]) -> str:
    rate = Rate(sum(holds(answer.verdicts.get(row.id, Verdict.ALLOW)) for row in rows), len(rows))
    low, high = rate.interval
    return f"{rate.share:.1%} ({rate.hits}/{rate.total}; {low:.0%}–{high:.0%})" if rate.total else "none"


def _is_flagged(verdict: Verdict) -> bool:
    return verdict is not Verdict.ALLOW


def _is_denied(verdict: Verdict) -> bool:
    return verdict is Verdict.DENY


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--guarddog", metavar="PYTHON", help="interpreter of an environment with GuardDog")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files, rows = [], []
        for number, data in enumerate(options.data):
            kept = [row for row in read_rows(data) if row.language in SUFFIXES]
            wanted = {row.id for row in kept}
            lines = [line for line in data.read_text(encoding="utf-8").splitlines() if json.loads(line)["id"] in wanted]
            file = Path(folder) / f"rows{number}.jsonl"
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
            files.append(file)
            rows += kept
        answers = [auditor(files), bandit(rows, "any"), bandit(rows, "HIGH")]
    if options.guarddog:
        answers.append(guarddog(rows, options.guarddog))
    sys.stdout.write(table(rows, answers))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
