"""Recordings made by hand, from lines as strace writes them."""

from __future__ import annotations

from auditor.trial.isolation import Level
from auditor.trial.request import FileChange, Recording
from auditor.trial.sinkhole.events import SinkEvent
from auditor.trial.trace import Call, TraceReader

INIT = '14 1.0 execve("/bin/sh", ["/bin/sh", "/trial/init", "bash", "s.sh"], 0x1) = 0'
SCRIPT = '15 1.1 execve("/usr/bin/bash", ["bash", "s.sh"], 0x1) = 0'


def calls(*lines: str) -> tuple[Call, ...]:
    """Read lines of a log."""
    return tuple(event for event in TraceReader().feed(lines) if isinstance(event, Call))


def recording(
    *lines: str, sink: tuple[SinkEvent, ...] = (), files: tuple[FileChange, ...] = (), output: bytes = b""
) -> Recording:
    """Make a recording of a script that did what the lines say, after its start."""
    return Recording(
        level=Level.FULL, nonce="abc", ended="exit 0", wall_ms=10.0, calls=calls(INIT, SCRIPT, *lines), ends=(),
        sink=sink, files=files, lines=("s.sh:1",), output=output,
    )  # fmt: skip
