"""The form of `incidents.yaml`: cards complete, parts that name rules and families that exist, examples.

Takes the file and the names that there are; gives problems. Whether an example makes up its incident is tested
with the rules' own examples.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import yaml

from auditor.rulebook.cards import value_problems
from auditor.rulebook.problems import Problem, line_of


def incident_problems(file: Path, rules: Collection[str], families: Collection[str]) -> Iterator[Problem]:
    """Give what is wrong with the incidents of a folder; a folder without them has nothing wrong."""
    if not file.is_file():
        return
    text = file.read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    rows = document.get("incidents") if isinstance(document, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        yield Problem(file, 0, "there are no incidents here")
        return
    for row in rows:
        line = line_of(text, f"id: {row.get('id')}")
        for said in [*value_problems(row), *_row_problems(row, rules, families)]:
            yield Problem(file, line, f"{row.get('id')}: {said}")


def _row_problems(row: Mapping[str, object], rules: Collection[str], families: Collection[str]) -> Iterator[str]:
    if row.get("id") in rules:
        yield "it is the name of a rule"
    if row.get("family") != "incident":
        yield "its family is not incident"
    for key in ("example", "twin"):
        if not str(row.get(key, "")).strip():
            yield f"it has no {key}"
    needs = row.get("needs")
    for part in needs if isinstance(needs, list) else []:
        for name in part.get("rules", []):
            if name not in rules:
                yield f"no rule is named {name}"
        for name in part.get("families", []):
            if name not in families:
                yield f"no family is named {name}"
