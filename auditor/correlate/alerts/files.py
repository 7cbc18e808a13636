"""Log files become Alerts: recognised, read as a stream, with what could not be read counted."""

from __future__ import annotations

import gzip
import hashlib
import sys
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from auditor.correlate.alerts import formats
from auditor.correlate.alerts.formats import Fields
from auditor.correlate.alerts.moments import is_whole_second, moment_of
from auditor.correlate.records import Alert, category_of
from auditor.errors import UsageError

_VPC_FIELDS = tuple(
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action"
    " log-status".split()
)
_LINE_BYTES = 4_000_000
_TEXT = 300
_PASSED, _UNKNOWN = "passed", "unknown"


@dataclass(slots=True)
class LogReader:
    """Reads one log file; `unread` counts lines that looked like nothing known, or had no time."""

    path: Path
    year: int
    unread: int = 0
    _zeek_fields: tuple[str, ...] = ()
    _separator: str = "\t"
    _vpc_fields: tuple[str, ...] = _VPC_FIELDS

    def alerts(self) -> Iterator[Alert]:
        """Give the alerts of the file in its order."""
        with self._opened() as file:
            number = 0
            while True:
                try:
                    raw = file.readline(_LINE_BYTES)
                except (OSError, EOFError, zlib.error) as error:
                    raise UsageError(f"{self.path}: cannot be read to its end: {error}") from error
                if not raw:
                    return
                number += 1
                text = raw.decode("utf-8", "replace").strip("\r\n")
                if not text.strip():
                    continue
                kind, fields = self._fields(text)
                alert = _alert(f"{self.path.name}:{number}", kind, fields, raw) if fields is not None else None
                if alert is not None:
                    yield alert
                elif fields is not None or kind == _UNKNOWN:
                    self.unread += 1

    def _opened(self) -> BinaryIO:
        try:
            if self.path.suffix == ".gz":
                return cast("BinaryIO", gzip.open(self.path, "rb"))
            return self.path.open("rb")
        except OSError as error:
            raise UsageError(f"{self.path}: {error.strerror}", hint="give a log file") from error

    def _fields(self, text: str) -> tuple[str, Fields | None]:
        if text.startswith("#"):
            self._zeek_header(text)
            return _PASSED, None
        if text.lstrip().startswith("{"):
            return self._of_json(text)
        if "CEF:" in text:
            fields = formats.cef(text)
            return ("cef", fields) if fields else (_UNKNOWN, None)
        if " SRC=" in text and " DST=" in text:
            fields = formats.netfilter(text, self.year)
            return ("netfilter", fields) if fields else (_UNKNOWN, None)
        if self._zeek_fields:
            row = dict(zip(self._zeek_fields, text.split(self._separator), strict=False))
            return "zeek", formats.zeek(
                {key: None if value in {"-", "(empty)"} else value for key, value in row.items()}
            )
        return self._of_words(text.split())

    def _of_words(self, words: list[str]) -> tuple[str, Fields | None]:
        if "srcaddr" in words and "dstaddr" in words:
            self._vpc_fields = tuple(words)
            return _PASSED, None
        is_default = self._vpc_fields == _VPC_FIELDS
        if len(words) != len(self._vpc_fields) or (is_default and words[-1] not in {"OK", "NODATA", "SKIPDATA"}):
            return _UNKNOWN, None
        row = dict(zip(self._vpc_fields, words, strict=True))
        if row.get("log-status") in {"NODATA", "SKIPDATA"}:
            return _PASSED, None
        return "aws-vpc", formats.aws_vpc({key: None if value == "-" else value for key, value in row.items()})

    def _zeek_header(self, text: str) -> None:
        if text.startswith("#separator"):
            written = text.split(None, 1)[1:] or ["\\x09"]
            self._separator = _unescaped(written[0])
        elif text.startswith("#fields"):
            self._zeek_fields = tuple(text.split(self._separator)[1:])

    def _of_json(self, text: str) -> tuple[str, Fields | None]:
        try:
            line = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return _UNKNOWN, None
        if not isinstance(line, Mapping):
            return _UNKNOWN, None
        if "event_type" in line and "timestamp" in line:
            return "suricata", formats.suricata(line)
        if "oob.prefix" in line or "oob.time.sec" in line:
            return "ulogd", formats.ulogd(line)
        if "output_fields" in line or ("rule" in line and "priority" in line):
            return "falco", formats.falco(line)
        if any(str(key).startswith("process_") for key in line):
            return "tetragon", formats.tetragon(line)
        if "ts" in line and ("id.orig_h" in line or "note" in line):
            return "zeek", formats.zeek(line)
        if any(key in line for key in ("attack_type_name_en", "rule_result", "__topic__")):
            return "aliyun", formats.aliyun(line)
        if "MESSAGE" in line and "__REALTIME_TIMESTAMP" in line:
            return "netfilter", formats.journald(line, self.year)
        return _UNKNOWN, None


def read_alerts(paths: Sequence[Path], year: int | None = None) -> tuple[tuple[Alert, ...], int]:
    """Give the alerts of some log files by time, and how many lines could not be read.

    Where a log has alerts, its mere records of connections lend them names and are dropped; a log of
    nothing but connections is taken whole.
    """
    found: list[Alert] = []
    unread = 0
    for path in paths:
        reader = LogReader(path, year or time.gmtime().tm_year)
        found += reader.alerts()
        unread += reader.unread
    raised = {alert.source for alert in found if alert.is_alert}
    names = {
        (alert.src, alert.src_port, alert.dst, alert.dst_port): alert.name
        for alert in found
        if alert.name and alert.source in raised and not alert.is_alert
    }
    kept = (alert for alert in found if alert.is_alert or alert.source not in raised)
    named = (_named(alert, names) if names and not alert.name else alert for alert in kept)
    return tuple(sorted(named, key=lambda alert: (alert.start, alert.id))), unread


def _named(alert: Alert, names: Mapping[tuple[str, int, str, int], str]) -> Alert:
    name = names.get((alert.src, alert.src_port, alert.dst, alert.dst_port))
    return replace(alert, name=name) if name else alert


def _alert(identity: str, kind: str, fields: Fields, raw: bytes) -> Alert | None:
    start = moment_of(fields.start)
    if start is None or not (fields.dst or fields.src or fields.host):
        return None
    end = moment_of(fields.end) or start
    last = max(start[0], end[0])
    return Alert(
        id=identity, source=kind, start=start[0], end=last, src=_text(fields.src), src_port=_port(fields.src_port),
        dst=_text(fields.dst), dst_port=_port(fields.dst_port), protocol=_text(formats.protocol_name(fields.protocol)),
        host=_text(fields.host), rule=_text(fields.rule), action=_text(fields.action),
        category=category_of(fields.text[:2_000]), name=sys.intern(_text(fields.name).strip("-.").lower()),
        digest=hashlib.sha256(raw).digest(), is_zone_assumed=start[1] or fields.is_zone_assumed,
        direction=_text(fields.direction), is_alert=fields.is_alert,
        onset=last - start[0] if fields.is_counted else (1.0 if is_whole_second(fields.start) else 0.0),
    )  # fmt: skip


def _text(value: object) -> str:
    # A log has few addresses and rules, and a million lines: each is kept once.
    return sys.intern(str(value)[:_TEXT]) if value else ""


def _port(value: object) -> int:
    try:
        port = int(str(value))
    except ValueError:
        return 0
    return port if 0 <= port <= 65_535 else 0


def _unescaped(written: str) -> str:
    """Read how Zeek writes the separator: a backslash, x and two digits."""
    if written.startswith("\\x"):
        try:
            return chr(int(written[2:4], 16))
        except ValueError:
            return "\t"
    return written
