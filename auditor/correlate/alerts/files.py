"""Log files become Alerts: recognised, read as a stream, with what could not be read counted file by file.

Takes files and directories, gives Logs. The same line twice, as rotated files and two collectors give
it, counts once.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from auditor.correlate.alerts import formats
from auditor.correlate.alerts.formats import Fields
from auditor.correlate.alerts.lines import UNKNOWN, LineReader, Told
from auditor.correlate.alerts.moments import is_whole_second, moment_of
from auditor.correlate.alerts.opened import log_files, pieces_of, rows_of
from auditor.correlate.records import Alert, category_of, plain_address
from auditor.errors import UsageError

_TEXT = 300
_PORTS = tuple(range(65_536))
"""Each number once: a million alerts have ports, and numbers of one's own would take 28 bytes each."""
_NOTHING: Told = (UNKNOWN, None)
_AHEAD_SECONDS = 86_400.0
_YEAR_SECONDS = 365.0 * 86_400


@dataclass(frozen=True, slots=True)
class Read:
    """What one file gave: alerts and records by kind of log, and lines that could not be read."""

    name: str
    kinds: Mapping[str, int]
    unread: int = 0
    first: int = 0
    """The first line that could not be read."""


@dataclass(frozen=True, slots=True)
class Logs:
    """Alerts by time; what each file gave; how many lines were there before; whether a zone had to be assumed."""

    alerts: tuple[Alert, ...]
    files: tuple[Read, ...] = ()
    repeated: int = 0
    is_zone_assumed: bool = False

    @property
    def unread(self) -> int:
        """How many lines could not be read."""
        return sum(file.unread for file in self.files)


@dataclass(slots=True)
class _Names:
    """Names of destinations: of a connection by its ends, and of an address by what a client had resolved."""

    of_connection: dict[tuple[str, int, str, int], str] = field(default_factory=dict)
    of_client: dict[tuple[str, str], str] = field(default_factory=dict)

    def learn(self, alert: Alert, answers: Sequence[str]) -> None:
        """Learn from a record."""
        if not alert.name:
            return
        self.of_connection[alert.src, alert.src_port, alert.dst, alert.dst_port] = alert.name
        for address in answers:
            self.of_client[alert.src, plain_address(address)] = alert.name

    def given(self, alert: Alert) -> Alert:
        """Give an alert the name that is known of its destination."""
        if alert.name or not (self.of_connection or self.of_client):
            return alert
        name = self.of_connection.get((alert.src, alert.src_port, alert.dst, alert.dst_port))
        name = name or self.of_client.get((alert.src, alert.dst))
        return replace(alert, name=name) if name else alert


@dataclass(slots=True)
class _LogFile:
    """Reads one file."""

    path: Path
    year: int | None
    zone: tzinfo
    names: _Names
    kinds: dict[str, int] = field(default_factory=dict)
    unread: int = 0
    first: int = 0
    is_zone_assumed: bool = False

    def alerts(self) -> Iterator[tuple[int, Alert]]:
        """Give what the file records, each with its rank: an alert, a connection, or more of a connection."""
        now = time.time()
        reader = LineReader(self.year or time.gmtime(now).tm_year)
        for number, piece in pieces_of(self.path):
            for kind, fields in _told(reader, piece):
                alert = self._alert(number, kind, fields, piece, now) if fields is not None else None
                if alert is not None and fields is not None:
                    self.kinds[kind] = self.kinds.get(kind, 0) + 1
                    if not fields.is_alert:
                        self.names.learn(alert, fields.answers)
                    yield (2 if fields.is_alert else 0 if fields.is_context else 1), alert
                elif fields is not None or kind == UNKNOWN:
                    self.unread += 1
                    self.first = self.first or number

    def _alert(self, number: int, kind: str, fields: Fields, piece: object, now: float) -> Alert | None:
        start = moment_of(fields.start)
        if start is None or not (fields.dst or fields.src or fields.host):
            return None
        is_assumed = start[1] or fields.is_zone_assumed
        end = start if fields.end is None or fields.end == fields.start else moment_of(fields.end) or start
        begun, last = start[0], end[0]
        if is_assumed:
            self.is_zone_assumed = True
            if fields.is_year_assumed and self.year is None and begun > now + _AHEAD_SECONDS:
                begun, last = begun - _YEAR_SECONDS, last - _YEAR_SECONDS
            begun, last = _zoned(begun, self.zone), _zoned(last, self.zone)
        last = max(begun, last)
        line = piece.rstrip(b"\r\n") if isinstance(piece, bytes) else msgspec.json.encode(piece)
        return Alert(
            id=f"{self.path.name}:{number}", source=kind, start=begun, end=last, src=_address(fields.src),
            src_port=_port(fields.src_port), dst=_address(fields.dst), dst_port=_port(fields.dst_port),
            protocol=_text(formats.protocol_name(fields.protocol)), host=_text(fields.host), rule=_text(fields.rule),
            action=_text(fields.action), category=category_of(fields.text[:2_000]),
            name=sys.intern(_text(fields.name).strip("-.").lower()), digest=hashlib.sha256(line).digest(),
            is_zone_assumed=is_assumed, direction=_text(fields.direction), is_alert=fields.is_alert,
            onset=last - begun if fields.is_counted else (1.0 if is_whole_second(fields.start) else 0.0),
        )  # fmt: skip


def read_alerts(paths: Sequence[Path], year: int | None = None, zone: tzinfo = UTC) -> Logs:
    """Read logs; `zone` is that of times which name none.

    Where a kind of log has alerts, its mere records of connections lend them names and are dropped; one of
    nothing but connections is taken whole, and what says more of a connection only where there is no other record.
    """
    names = _Names()
    found: tuple[list[Alert], ...] = ([], [], [])
    files: list[Read] = []
    is_zone_assumed = False
    highest: dict[str, int] = {}
    for path in log_files(paths):
        file = _LogFile(path, year, zone, names)
        for rank, alert in file.alerts():
            if rank >= highest.get(alert.source, 0):
                highest[alert.source] = rank
                found[rank].append(alert)
        files.append(Read(path.name, file.kinds, file.unread, file.first))
        is_zone_assumed = is_zone_assumed or file.is_zone_assumed
    kept = [names.given(alert) for rank, own in enumerate(found) for alert in own if rank >= highest[alert.source]]
    del found
    kept.sort(key=lambda alert: (alert.start, alert.id))
    alerts = tuple(_once(kept))
    return Logs(alerts, tuple(files), len(kept) - len(alerts), is_zone_assumed)


def zone_of(text: str) -> tzinfo:
    """Read a zone: `UTC`, `+08:00`, `Asia/Shanghai`. Raises UsageError."""
    sign, digits = text[:1], text[1:].replace(":", "")
    is_offset = sign in {"+", "-"} and digits.isdecimal() and len(digits) in {2, 4}
    if is_offset and int(digits[:2]) < 24 and int(digits[2:] or "0") < 60:
        minutes = int(digits[:2]) * 60 + int(digits[2:] or "0")
        return timezone(timedelta(minutes=-minutes if sign == "-" else minutes))
    if text.upper() in {"UTC", "Z"}:
        return UTC
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, LookupError) as error:
        raise UsageError(f"--zone {text}: no zone", hint="+08:00 or Asia/Shanghai, for instance") from error


def _told(reader: LineReader, piece: bytes | Mapping[str, object] | None) -> Sequence[Told]:
    """Tell a piece of a file; a line may be an object that wraps several."""
    if piece is None:
        return (_NOTHING,)
    if not isinstance(piece, bytes):
        return (reader.of_object(piece),)
    told = reader.of_line(piece)
    if told != _NOTHING or not piece.startswith(b"{"):
        return (told,)
    try:
        value = msgspec.json.decode(piece)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return (told,)
    rows = rows_of(value) if isinstance(value, dict) else None
    return [told] if rows is None else [reader.of_object(row) for row in rows if isinstance(row, dict)]


def _once(alerts: Iterable[Alert]) -> Iterator[Alert]:
    """Give alerts in order of time without those whose line was there before: equal lines have equal times."""
    seen: set[bytes] = set()
    moment = -1.0
    for alert in alerts:
        if alert.start != moment:
            seen.clear()
            moment = alert.start
        if alert.digest not in seen:
            seen.add(alert.digest)
            yield alert


@lru_cache(maxsize=4_096)
def _zoned(moment: float, zone: tzinfo) -> float:
    """Give the moment that a clock in a zone shows."""
    if zone is UTC:
        return moment
    try:
        return datetime.fromtimestamp(moment, UTC).replace(tzinfo=zone).timestamp()
    except (OverflowError, ValueError, OSError):
        return moment


def _text(value: object) -> str:
    # A log has few addresses and rules, and a million lines: each is kept once.
    return sys.intern(str(value)[:_TEXT]) if value else ""


def _address(value: object) -> str:
    return sys.intern(plain_address(str(value)[:_TEXT])) if value else ""


def _port(value: object) -> int:
    try:
        port = value if isinstance(value, int) else int(str(value))
    except ValueError:
        return 0
    return _PORTS[port] if 0 <= port < len(_PORTS) else 0
