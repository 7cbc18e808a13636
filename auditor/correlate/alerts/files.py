"""Log files become Alerts: recognised, read as a stream, with what could not be read counted."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from auditor.correlate.alerts import formats
from auditor.correlate.alerts.moments import moment_of
from auditor.correlate.records import Alert, category_of
from auditor.errors import UsageError

_VPC_FIELDS = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
).split()


@dataclass(slots=True)
class LogReader:
    """Reads one log file; `unread` counts lines that looked like nothing known."""

    path: Path
    year: int
    unread: int = 0
    _zeek_fields: tuple[str, ...] = ()
    _separator: str = "\t"
    _vpc_fields: tuple[str, ...] = tuple(_VPC_FIELDS)

    def alerts(self) -> Iterator[Alert]:
        """Give the alerts of the file in its order."""
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise UsageError(f"{self.path}: {error.strerror}", hint="give a log file") from error
        with file:
            for number, raw in enumerate(file, start=1):
                if not raw.strip():
                    continue
                text = raw.decode("utf-8", "replace").rstrip("\r\n")
                kind, fields = self._fields(text)
                alert = _alert(f"{self.path.name}:{number}", kind, fields, raw) if fields is not None else None
                if alert is not None:
                    yield alert
                elif kind != "header":
                    self.unread += 1

    def _fields(self, text: str) -> tuple[str, dict[str, Any] | None]:
        if text.startswith("#"):
            self._zeek_header(text)
            return "header", None
        if text.lstrip().startswith("{"):
            return _of_json(text)
        if "CEF:" in text:
            return "cef", formats.cef(text)
        if " SRC=" in text and " DST=" in text:
            return "netfilter", formats.netfilter(text, self.year)
        if self._zeek_fields:
            row = dict(zip(self._zeek_fields, text.split(self._separator), strict=False))
            return "zeek", formats.zeek(
                {key: None if value in {"-", "(empty)"} else value for key, value in row.items()}
            )
        words = text.split()
        if words[:1] == ["version"]:
            self._vpc_fields = tuple(words)
            return "header", None
        if len(words) == len(self._vpc_fields) and words[0].isdigit():
            row = dict(zip(self._vpc_fields, words, strict=True))
            if row.get("log-status") in {"NODATA", "SKIPDATA"}:
                return "header", None
            return "aws-vpc", formats.aws_vpc({key: None if value == "-" else value for key, value in row.items()})
        return "unknown", None

    def _zeek_header(self, text: str) -> None:
        if text.startswith("#separator"):
            self._separator = bytes(text.split(None, 1)[1], "ascii").decode("unicode_escape")
        elif text.startswith("#fields"):
            self._zeek_fields = tuple(text.split(self._separator)[1:])


def read_alerts(paths: list[Path], year: int | None = None) -> tuple[tuple[Alert, ...], int]:
    """Give the alerts of some log files by time, and how many lines could not be read."""
    found: list[Alert] = []
    unread = 0
    for path in paths:
        reader = LogReader(path, year or time.gmtime().tm_year)
        found += reader.alerts()
        unread += reader.unread
    return tuple(sorted(found, key=lambda alert: (alert.start, alert.id))), unread


def _of_json(text: str) -> tuple[str, dict[str, Any] | None]:
    try:
        line = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return "unknown", None
    if not isinstance(line, Mapping):
        return "unknown", None
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
    if "attack_type_name_en" in line or "rule_result" in line or "__topic__" in line:
        return "aliyun", formats.aliyun(line)
    return "unknown", None


def _alert(identity: str, kind: str, fields: dict[str, Any], raw: bytes) -> Alert | None:
    start = moment_of(fields["start"])
    end = moment_of(fields["end"]) or start
    if start is None or end is None or not (fields["dst"] or fields["src"] or fields["host"]):
        return None
    return Alert(
        id=identity, source=kind, start=start[0], end=max(start[0], end[0]), src=str(fields["src"] or ""),
        src_port=_port(fields["src_port"]), dst=str(fields["dst"] or ""), dst_port=_port(fields["dst_port"]),
        protocol=formats.protocol_name(fields["protocol"]), host=str(fields["host"] or ""), rule=str(fields["rule"] or ""),
        action=str(fields["action"] or ""), category=category_of(str(fields["text"])), name=str(fields["name"] or "").lower(),
        digest=hashlib.sha256(raw).hexdigest(), is_zone_assumed=start[1] or bool(fields.get("is_assumed")),
    )  # fmt: skip


def _port(value: object) -> int:
    try:
        port = int(str(value))
    except ValueError:
        return 0
    return port if 0 <= port <= 65_535 else 0
