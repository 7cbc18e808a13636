"""The map: which address, host, container or sandbox belonged to which trajectory, and when.

Takes rows as JSON, JSON Lines, YAML or CSV: `address`, `host`, `container` or `sandbox`, then
`trajectory`, and `run`, `start`, `end` where they are known. An `address` behind which each sandbox has
source ports of its own (SNAT) has them as `ports`, `40000-40999`. Several trajectories behind one address at
one time is NAT, and all of them stay candidates. A row with `beacon` and `at` is a heartbeat: the
trajectory fetched that destination at that time by its own clock. Raises UsageError for a bad row.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from auditor.correlate.alerts.moments import moment_of
from auditor.correlate.records import plain_address
from auditor.errors import UsageError

_IDENTIFIERS = ("address", "host", "container", "sandbox")
_KNOWN = frozenset({*_IDENTIFIERS, "trajectory", "run", "start", "end", "ports", "beacon", "at"})
ALL_PORTS = (0, 65_535)
_SHORT_ID = 12
"""Sensors give the first twelve digits of a container's id."""


@dataclass(frozen=True, slots=True)
class Tie:
    """An identifier was that of a trajectory, from `start` to `end`. `kind` says what it is the name of."""

    identifier: str
    kind: str
    trajectory: str
    run: str = ""
    start: float = -math.inf
    end: float = math.inf
    ports: tuple[int, int] = ALL_PORTS

    @property
    def name(self) -> str:
        """The identifier, with its ports where it has not all of them."""
        return self.identifier if self.ports == ALL_PORTS else f"{self.identifier}#{self.ports[0]}-{self.ports[1]}"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A fetch of a known destination at a known time."""

    beacon: str
    at: float
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """What the operator knows of who was where."""

    ties: tuple[Tie, ...] = ()
    heartbeats: tuple[Heartbeat, ...] = ()


def read_map(path: Path) -> Map:
    """Read a map."""
    ties: list[Tie] = []
    heartbeats: list[Heartbeat] = []
    for number, row in enumerate(_rows(path), start=1):
        _refuse(path, number, row)
        identifiers = [(kind, normal(_text(row, kind))) for kind in _IDENTIFIERS if _text(row, kind)]
        if _text(row, "beacon"):
            at = moment_of(row.get("at"))
            if at is None:
                raise UsageError(f"{path}: row {number}: a beacon needs `at`", hint="the time of the fetch, ISO 8601")
            heartbeats.append(Heartbeat(_text(row, "beacon").lower(), at[0], identifiers[0][1] if identifiers else ""))
            continue
        if not identifiers or not _text(row, "trajectory"):
            hint = "a row is {address|host|container|sandbox, trajectory, run?, start?, end?}"
            raise UsageError(f"{path}: row {number}: an identifier and a trajectory are needed", hint=hint)
        start, end = _moment(path, number, row, "start"), _moment(path, number, row, "end")
        ties += [
            Tie(
                identifier, kind, _text(row, "trajectory"), _text(row, "run"),
                -math.inf if start is None else start, math.inf if end is None else end,
                _ports(path, number, row) if kind == "address" else ALL_PORTS,
            )
            for kind, identifier in identifiers
        ]  # fmt: skip
    return Map(tuple(ties), tuple(heartbeats))


def normal(identifier: str) -> str:
    """Give an identifier as it is compared: in lower case, a container's id at the length that sensors give."""
    lower = plain_address(identifier.strip().lower())
    is_digest = len(lower) >= _SHORT_ID and all(character in "0123456789abcdef" for character in lower)
    return lower[:_SHORT_ID] if is_digest else lower


def _rows(path: Path) -> Sequence[Mapping[str, object]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read", hint="--map needs JSON, YAML or CSV") from error
    try:
        if path.suffix in {".csv", ".tsv"}:
            head = text.partition("\n")[0]
            between = next((mark for mark in ",;\t" if mark in head), ",")
            rows = csv.DictReader(io.StringIO(text), delimiter=between)
            return [{key.strip(): value.strip() for key, value in row.items() if key and value} for row in rows]
        if path.suffix in {".jsonl", ".ndjson"}:
            value: object = [msgspec.json.decode(line) for line in text.splitlines() if line.strip()]
        else:
            value = _decoded(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (msgspec.DecodeError, yaml.YAMLError, csv.Error, RecursionError) as error:
        raise UsageError(f"{path}: {error}", hint="--map needs JSON, YAML or CSV") from error
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise UsageError(f"{path}: a list of rows is needed", hint="a row is {address, trajectory, start, end}")
    return value


def _decoded(text: str) -> object:
    """Read JSON; an object a line is a list of rows as well."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return [msgspec.json.decode(line) for line in text.splitlines() if line.strip()]


def _refuse(path: Path, number: int, row: Mapping[str, object]) -> None:
    unknown = sorted(str(key) for key in row if key not in _KNOWN)
    if unknown:
        raise UsageError(
            f"{path}: row {number}: unknown {', '.join(unknown)}", hint=f"known: {', '.join(sorted(_KNOWN))}"
        )


def _ports(path: Path, number: int, row: Mapping[str, object]) -> tuple[int, int]:
    text = _text(row, "ports").replace(" ", "")
    if not text:
        return ALL_PORTS
    low, _, high = text.partition("-")
    numbers = [int(part) for part in (low, high or low) if part.isdecimal() and len(part) < 6]
    if len(numbers) != 2 or not 0 <= numbers[0] <= numbers[1] <= ALL_PORTS[1]:
        raise UsageError(f"{path}: row {number}: `ports` is no range of ports", hint="40000-40999, for instance")
    return numbers[0], numbers[1]


def _moment(path: Path, number: int, row: Mapping[str, object], name: str) -> float | None:
    value = row.get(name)
    if value in (None, ""):
        return None
    # YAML reads a bare time as a datetime; its text is ISO 8601 again.
    moment = moment_of(value if isinstance(value, int | float | str) else str(value))
    if moment is None:
        raise UsageError(f"{path}: row {number}: `{name}` is no time", hint="ISO 8601, or seconds since 1970")
    return moment[0]


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return str(value)[:300] if isinstance(value, str | int) and not isinstance(value, bool) else ""
