"""Examples: the marked lines of the files that stand beside a rule.

Takes the text of an example (a script in Python or bash, or a transcript), gives its expectations.
A mark stands alone on the line above the line that it speaks of: `# ruleid: id` fires there,
`# ok: id` does not, `# todoruleid: id - why` should and does not yet, `# todook: id - why` does and
should not. Refuses marks with nothing below them, and known misses without a reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import RulesetError

TRANSCRIPT = ".transcript"
SCRIPTS = (".py", ".sh")
_MARK = re.compile(r"\s*# (?P<kind>ruleid|ok|todoruleid|todook): (?P<rule>[a-z0-9-]+)(?: - (?P<why>\S.*))?$")
_LOOKS_LIKE_MARK = re.compile(r"\s*#\s*(?:todo)?(?:ruleid|ok)\b\s*:")


@dataclass(frozen=True, slots=True)
class Expectation:
    """That a rule fires, or does not, at a line of an example; `why` makes it a known miss."""

    path: Path
    line: int
    rule: str
    fires: bool
    why: str = ""


def read_example(path: Path) -> tuple[Expectation, ...]:
    """Read the marks of one example; raises RulesetError for a mark that says nothing."""
    found: list[Expectation] = []
    waiting: list[re.Match[str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        mark = _MARK.match(line)
        if mark is not None:
            waiting.append(mark)
            continue
        if _LOOKS_LIKE_MARK.match(line):
            raise RulesetError(f"{path.name}:{number}: not a mark: {line.strip()}")
        if not line.strip():
            if waiting:
                raise RulesetError(f"{path.name}:{number}: a mark with nothing on the line below it")
            continue
        found += [_expectation(path, number, mark) for mark in waiting]
        waiting.clear()
    if waiting:
        raise RulesetError(f"{path.name}: a mark at the end, with nothing below it")
    return tuple(found)


def _expectation(path: Path, line: int, mark: re.Match[str]) -> Expectation:
    is_todo = mark["kind"].startswith("todo")
    if is_todo != bool(mark["why"]):
        raise RulesetError(f"{path.name}:{line}: a known miss has a reason after ` - `, and nothing else has one")
    # a known miss states what happens today, so that the day on which it is repaired is noticed
    fires = mark["kind"] in ("ruleid", "todook")
    return Expectation(path, line, mark["rule"], fires, mark["why"] or "")
