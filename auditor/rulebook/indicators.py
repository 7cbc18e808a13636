"""Indicator lists: names, hosts and formats kept as data, compiled into the regexes of rules.

Takes the files of `rulesets/_indicators/`, gives alternations and rule texts with the alternations
put between their markers `(?#name)…(?#/name)`. Refuses lists that are not sorted, not unique, or
without a source and a date, hosts that are none, and hosts that ordinary scripts talk to.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import yaml

from auditor.errors import RulesetError

_MARKED = re.compile(r"\(\?#(?P<name>[a-z-]+)\)(?P<body>.*?)\(\?#/(?P=name)\)", re.DOTALL)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPECIAL = re.compile(r"([.+*?()\[\]{}|^$\\])")
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_KEYS = ("kind", "date", "sources", "values")


class Kind(Enum):
    """What the values of a list are, and so how they become a regex."""

    HOST = "host"
    NAME = "name"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class Indicators:
    """One list: its name (the file's stem), what its values are, where they come from and as of when."""

    name: str
    kind: Kind
    date: str
    sources: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def alternation(self) -> str:
        """The values as one regex alternation, for use inside a group."""
        if self.kind is Kind.REGEX:
            return "|".join(self.values)
        return "|".join(_SPECIAL.sub(r"\\\1", value) for value in self.values)


def read_indicators(path: Path) -> Indicators:
    """Read one list; raises RulesetError with everything that is wrong with it."""
    problems = []
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RulesetError(f"{path.name}: not valid YAML: {error}") from error
    if not isinstance(data, dict) or tuple(data) != _KEYS:
        raise RulesetError(f"{path.name}: its keys are not {', '.join(_KEYS)}, in this order")
    if data["kind"] not in [kind.value for kind in Kind]:
        problems.append(f"kind is not one of {', '.join(kind.value for kind in Kind)}")
    if not isinstance(data["date"], str) or not _DATE.fullmatch(data["date"]):
        problems.append("date is not a quoted YYYY-MM-DD")
    problems += [f"{key} is not a list of texts with something in it" for key in _KEYS[2:] if not _is_texts(data[key])]
    if not problems:
        problems += _problems_of_values(data["values"], Kind(data["kind"]))
    if problems:
        raise RulesetError(f"{path.name}: {'; '.join(problems)}")
    return Indicators(path.stem, Kind(data["kind"]), data["date"], tuple(data["sources"]), tuple(data["values"]))


def read_all(directory: Path) -> dict[str, Indicators]:
    """Read every list of a folder, by name."""
    return {path.stem: read_indicators(path) for path in sorted(directory.glob("*.yaml"))}


def held_back(values: Iterable[str], everyday: Collection[str]) -> tuple[str, ...]:
    """Give the hosts of a list that would match a host that ordinary scripts talk to: it, or a domain above it."""
    return tuple(value for value in values if any(host == value or host.endswith(f".{value}") for host in everyday))


def compiled(text: str, lists: dict[str, Indicators]) -> str:
    """Put each list's alternation between its markers in a rule's text; raises RulesetError for an unknown list."""

    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in lists:
            raise RulesetError(f"no indicator list is called {name}")
        return f"(?#{name}){lists[name].alternation}(?#/{name})"

    return _MARKED.sub(fill, text)


def names_in(text: str) -> set[str]:
    """Give the names of the lists that a rule's text has markers for."""
    return {match["name"] for match in _MARKED.finditer(text)}


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _problems_of_values(values: list[str], kind: Kind) -> list[str]:
    problems = []
    if values != sorted(values):
        first = next(value for value, right in zip(values, sorted(values), strict=True) if value != right)
        problems.append(f"values are not sorted: see {first}")
    if len(set(values)) != len(values):
        problems.append(f"values are not unique: {sorted({value for value in values if values.count(value) > 1})[0]}")
    for value in values:
        if kind is not Kind.REGEX and value != value.lower():
            problems.append(f"{value} is not in lower case")
        elif kind is Kind.HOST and not _HOST.fullmatch(value):
            problems.append(f"{value!r} is not the name of a host")
        if "'" in value or "\n" in value:
            problems.append(f"{value!r} cannot stand in a rule's quoted text")
        if kind is Kind.REGEX:
            try:
                re.compile(value)
            except re.error as error:
                problems.append(f"{value} is not a regex: {error}")
    return problems
