"""One line of a log becomes Fields: its format is told from the line itself, or from a header before it.

Takes lines and objects in their order, gives for each its kind and its Fields. What wraps a line (syslog
before JSON, the JSON of a collector around a line) comes off first. `passed` is a line that records no
connection, `unknown` one of no known format.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from auditor.correlate.alerts import flows, formats
from auditor.correlate.alerts.formats import Fields
from auditor.correlate.alerts.moments import moment_of

PASSED, UNKNOWN = "passed", "unknown"
_MOST_WRAPPED = 3
_WRAPPED_TEXT = ("message", "log", "_raw", "@message")
_WRAPPED_OBJECT = ("_source", "result", "jsonPayload")
_CEF_BARS = 7
_PREFIX = 400
"""How far into a line its JSON may begin, behind what syslog or a container's log puts before it."""
_DECODER = msgspec.json.Decoder()
Told = tuple[str, Fields | None]


@dataclass(slots=True)
class LineReader:
    """Reads the lines of one file; knows the headers that it has seen."""

    year: int
    _zeek_fields: tuple[str, ...] = ()
    _separator: str = "\t"
    _vpc_fields: tuple[str, ...] = ()
    _columns: tuple[str, ...] = ()

    def of_line(self, raw: bytes) -> Told:
        """Tell a line."""
        if raw.startswith(b"{"):
            try:
                value = _DECODER.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return self._of_text(raw.decode("utf-8", "replace").strip("\r\n"))
            return self.of_object(value) if isinstance(value, dict) else (UNKNOWN, None)
        text = raw.decode("utf-8", "replace").strip("\r\n\ufeff\0")
        return self._of_text(text) if text.strip() else (PASSED, None)

    def of_object(self, line: Mapping[str, object], depth: int = 0) -> Told:
        """Tell an object."""
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
            return "aliyun", flows.aliyun(line)
        if "MESSAGE" in line and ("__REALTIME_TIMESTAMP" in line or "_SOURCE_REALTIME_TIMESTAMP" in line):
            return "netfilter", formats.journald(line, self.year)
        if "srcaddr" in line and "dstaddr" in line:
            return "aws-vpc", flows.aws_vpc(line)
        return self._unwrapped(line, depth + 1) if depth < _MOST_WRAPPED else (UNKNOWN, None)

    def _unwrapped(self, line: Mapping[str, object], depth: int) -> Told:
        for name in _WRAPPED_OBJECT:
            inner = line.get(name)
            if isinstance(inner, dict):
                return self.of_object(inner, depth)
        text = next((line[name] for name in _WRAPPED_TEXT if isinstance(line.get(name), str)), None)
        if text is None:
            return UNKNOWN, None
        # A collector that takes a line from the journal keeps its time beside it.
        moment = moment_of(line.get("@timestamp"))
        return self._of_text(str(text).strip("\r\n"), depth, moment[0] if moment else None)

    def _of_text(self, text: str, depth: int = 0, moment: float | None = None) -> Told:
        if text.startswith("#"):
            self._zeek_header(text)
            return PASSED, None
        at = text.find("{", 0, _PREFIX) if text.rstrip().endswith("}") else -1
        if at >= 0 and depth < _MOST_WRAPPED:
            try:
                value = _DECODER.decode(text[at:])
            except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
                value = None
            if isinstance(value, dict):
                return self.of_object(value, depth + 1)
        if "CEF:" in text:
            return ("cef", formats.cef(text)) if text.count("|") >= _CEF_BARS else (UNKNOWN, None)
        if " SRC=" in text and " DST=" in text:
            fields = formats.netfilter(text, self.year, moment)
            return ("netfilter", fields) if fields else (UNKNOWN, None)
        if self._zeek_fields:
            row = dict(zip(self._zeek_fields, text.split(self._separator), strict=False))
            return "zeek", formats.zeek(
                {key: None if value in {"-", "(empty)"} else value for key, value in row.items()}
            )
        if "," in text:
            return self._of_table(text)
        return self._of_words(text.split())

    def _of_words(self, words: list[str]) -> Told:
        if "srcaddr" in words and "dstaddr" in words:
            self._vpc_fields = tuple(words)
            return PASSED, None
        names = self._vpc_fields or flows.vpc_fields(words)
        if not names or len(words) != len(names):
            return UNKNOWN, None
        row = dict(zip(names, words, strict=True))
        if row.get("log-status") in {"NODATA", "SKIPDATA"}:
            return PASSED, None
        return "aws-vpc", flows.aws_vpc({key: None if value == "-" else value for key, value in row.items()})

    def _of_table(self, text: str) -> Told:
        """Tell a row of comma-separated values, by the header that came first."""
        try:
            (cells,) = csv.reader([text])
        except (csv.Error, ValueError):
            return UNKNOWN, None
        names = {cell.strip().lower() for cell in cells}
        if {"srcaddr", "dstaddr"} <= names or {"src_ip", "dst_ip"} <= names:
            self._columns = tuple(cell.strip().lower() for cell in cells)
            return PASSED, None
        if not self._columns or len(cells) != len(self._columns):
            return UNKNOWN, None
        row = {
            key: None if value in {"", "-", "null"} else value for key, value in zip(self._columns, cells, strict=True)
        }
        is_aliyun = "src_ip" in row or "eni-id" in row or "__topic__" in row
        if is_aliyun:
            return "aliyun", flows.aliyun(row)
        return "aws-vpc", flows.aws_vpc({key.replace("_", "-"): value for key, value in row.items()})

    def _zeek_header(self, text: str) -> None:
        if text.startswith("#separator"):
            written = text.split(None, 1)[1:] or ["\\x09"]
            self._separator = _unescaped(written[0])
        elif text.startswith("#fields"):
            self._zeek_fields = tuple(text.split(self._separator)[1:])


def _unescaped(written: str) -> str:
    """Read how Zeek writes the separator: a backslash, x and two digits."""
    if written.startswith("\\x"):
        try:
            return chr(int(written[2:4], 16))
        except ValueError:
            return "\t"
    return written
