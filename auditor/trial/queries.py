"""Names that a script asks a resolver for, read from the packets that it sends: where no sinkhole answers them.

A query is one message of RFC 1035, section 4.1: a header of twelve bytes, then the name in labels.
"""

from __future__ import annotations

import re

from auditor.trial.trace import Call, string_of

_BYTES = re.compile(r'iov_base=("(?:[^"\\]|\\.)*")')
_HEADER = 12
_MOST_LABELS = 128


def names_asked(call: Call) -> tuple[str, ...]:
    """Give the names in what a call sends; none where it is no query."""
    argument = call.arguments[1] if len(call.arguments) > 1 else ""
    texts = [argument] if call.name == "sendto" else _BYTES.findall(argument)
    found = (_name(string_of(text) or b"") for text in texts)
    return tuple(dict.fromkeys(name for name in found if name))


def _name(packet: bytes) -> str:
    """Give the name of a query; nothing where the packet is none."""
    if packet[2:6] not in {b"\1\0\0\1", b"\1\x20\0\1"}:
        return ""
    labels: list[str] = []
    at = _HEADER
    while at < len(packet) and len(labels) < _MOST_LABELS:
        length = packet[at]
        if length == 0:
            return ".".join(labels)
        label = packet[at + 1 : at + 1 + length]
        if length > 63 or len(label) < length or not label.isascii():
            return ""
        labels.append(label.decode("ascii"))
        at += 1 + length
    return ""
