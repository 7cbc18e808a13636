"""JSON-RPC 2.0 messages, one a line, as MCP's stdio transport has them.

Takes bytes of a client that may be hostile; gives Requests, Notices and Faults, each bounded in size.
Answers are ASCII on one line, so nothing in them can end a message early. Sources: the specification's pages
`basic` and `basic/transports` of revisions 2025-06-18, 2025-11-25 and 2026-07-28 (modelcontextprotocol.io).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

import msgspec

MESSAGE_BYTES = 8_000_000
_CHUNK_BYTES = 1 << 16
_ID_CHARACTERS = 200
_SAFE_INTEGER = 2**53

Id = str | int
Parameters = dict[str, object]


class Code(Enum):
    """What went wrong with a request: JSON-RPC's codes, and MCP's own for a revision that is not spoken."""

    PARSE = -32700
    REQUEST = -32600
    METHOD = -32601
    PARAMETERS = -32602
    INTERNAL = -32603
    REVISION = -32022


@dataclass(frozen=True, slots=True)
class Request:
    """Something that has to be answered."""

    id: Id
    method: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that must not be answered."""

    method: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Fault(Exception):
    """A message that is none, or a request that cannot be met; `id` is None where it could not be read."""

    id: Id | None
    code: Code
    text: str
    data: Mapping[str, object] | None = None


Message = Request | Notice | Fault


def messages(receive: Callable[[int], bytes], most: int = MESSAGE_BYTES) -> Iterator[Message]:
    """Give the messages of a stream until it ends; of a line that is too long nothing is kept but that it was."""
    parts: list[bytes] = []
    size = 0
    while chunk := receive(_CHUNK_BYTES):
        *ended, rest = chunk.split(b"\n")
        for end in ended:
            if size + len(end) > most:
                yield Fault(None, Code.REQUEST, f"a message of more than {most} bytes")
            elif line := b"".join((*parts, end)).strip():
                yield _message(line)
            parts, size = [], 0
        size += len(rest)
        parts = [*parts, rest] if size <= most else []
    if size > most or b"".join(parts).strip():
        yield Fault(None, Code.PARSE, "the stream ends within a message")


def result(request: Id, value: Mapping[str, object]) -> bytes:
    """Write an answer."""
    return _line({"jsonrpc": "2.0", "id": request, "result": value})


def error(fault: Fault) -> bytes:
    """Write that a request cannot be met; JSON-RPC wants `null` for an id that could not be read."""
    said: dict[str, object] = {"code": fault.code.value, "message": fault.text}
    if fault.data is not None:
        said["data"] = fault.data
    return _line({"jsonrpc": "2.0", "id": fault.id, "error": said})


def _line(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _message(line: bytes) -> Message:
    try:
        value = msgspec.json.decode(line)
    except (ValueError, RecursionError):  # msgspec's own errors are ValueErrors
        return Fault(None, Code.PARSE, "no JSON")
    if not isinstance(value, dict):
        return Fault(None, Code.REQUEST, "a message is an object; batches were taken out of MCP in 2025-06-18")
    identity, method = value.get("id"), value.get("method")
    known = identity if _is_id(identity) else None
    if value.get("jsonrpc") != "2.0":
        return Fault(known, Code.REQUEST, "not JSON-RPC 2.0")
    if method is None and ("result" in value or "error" in value):
        return Notice("response", {})  # this server asks nothing, so nothing waits for it
    if not isinstance(method, str):
        return Fault(known, Code.REQUEST, "no method")
    parameters = value.get("params", {})
    if not isinstance(parameters, dict):
        return Fault(known, Code.PARAMETERS, "params are no object")
    if "id" not in value:
        return Notice(method, parameters)
    if known is None:
        return Fault(None, Code.REQUEST, "an id is a short string or an integer")
    return Request(known, method, parameters)


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _ID_CHARACTERS
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _SAFE_INTEGER
