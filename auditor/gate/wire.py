"""What passes between the hook's client and the server: one request, one answer, over a Unix socket.

A request is a line `AUDITOR/1 VERSION AGENT SECONDS LENGTH` and the host's payload as it came; an
answer a line `AUDITOR/1 STATUS OUT ERR`, then so many bytes for standard output and standard error.
Imports nothing of weight.
"""

from __future__ import annotations

MARK = b"AUDITOR/1"
PAYLOAD_BYTES = 8_000_000
OTHER_VERSION = -1
METRICS = "metrics"
HEALTH = "health"
_HEAD_BYTES = 200


class WireError(Exception):
    """The other side does not speak this protocol, or stopped in the middle."""


def request(version: str, agent: str, seconds: float, payload: bytes) -> bytes:
    """Write a request."""
    return b"%s %s %s %.3f %d\n" % (MARK, version.encode(), agent.encode() or b"-", seconds, len(payload)) + payload


def answer(status: int, out: bytes, err: bytes) -> bytes:
    """Write an answer."""
    return b"%s %d %d %d\n" % (MARK, status, len(out), len(err)) + out + err


def read_head(receive: _Receive, words: int) -> tuple[list[bytes], bytes]:
    """Give the words of a first line, and what came after it; raises WireError."""
    data = b""
    while b"\n" not in data:
        chunk = receive(65_536)
        if not chunk or len(data) > _HEAD_BYTES:
            raise WireError("no request line")
        data += chunk
    line, _, rest = data.partition(b"\n")
    found = line.split(b" ")
    if found[0] != MARK or len(found) != words:
        raise WireError("another protocol")
    return found, rest


def read_body(receive: _Receive, begun: bytes, size: int) -> bytes:
    """Give a body of a known size; raises WireError where it ends early."""
    parts = [begun]
    left = size - len(begun)
    while left > 0:
        chunk = receive(min(left, 1 << 20))
        if not chunk:
            raise WireError("the other side stopped in the middle")
        parts.append(chunk)
        left -= len(chunk)
    return b"".join(parts)[:size]


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    _Receive = Callable[[int], bytes]
