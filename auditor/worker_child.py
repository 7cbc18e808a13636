"""The child's side of `auditor.workers`: limits, then one answer for each request until the input ends.

Takes frames on standard input, gives frames on what was standard output; the module's own prints
go to standard error, so that they can never be read as an answer. Refuses to start with a module
that has no `handle(bytes) -> bytes`.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import resource
import sys
from collections.abc import Callable
from typing import Final

from auditor.worker_frames import ANSWER, HEADER, RAISED, READY, REQUEST

_FILE_BYTES: Final = 64_000_000


def main(module: str, memory_bytes: int, cpu_seconds: int) -> None:
    """Serve `module.handle` on standard input and output; return when the parent closes them."""
    requests, answers = _private_channel()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, _FILE_BYTES)
    _limit(resource.RLIMIT_AS, memory_bytes)
    handle: Callable[[bytes], bytes] = importlib.import_module(module).handle
    _send(answers, READY, b"")
    with contextlib.suppress(BrokenPipeError):
        while (request := _receive(requests)) is not None:
            _limit_cpu(cpu_seconds)
            try:
                kind, body = ANSWER, handle(request)
            except Exception as error:  # the boundary: the parent makes a Gap of it and replaces this child
                kind, body = RAISED, _describe(error)
            _send(answers, kind, body)
    # A parent that lives kills its children. This one was killed, and cannot remove their directory any more.
    with contextlib.suppress(OSError):
        os.rmdir(os.getcwd())  # noqa: PTH106, PTH109


def _describe(error: Exception) -> bytes:
    """Name an error in a few words: its type, its text and where in our code it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else ""  # noqa: PTH119
    return f"{type(error).__name__}: {str(error)[:300]}{where}".encode("utf-8", "backslashreplace")


def _private_channel() -> tuple[int, int]:
    """Move the two pipes away from descriptors 0 and 1, which audited text's readers might touch."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    return requests, answers


def _limit(which: int, value: int) -> None:
    """Lower one limit, as far as the platform and the limits already set allow."""
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    try:
        resource.setrlimit(which, (value, hard))
    except (OSError, ValueError):  # macOS refuses RLIMIT_AS; the parent's deadline still holds
        return


def _limit_cpu(seconds: int) -> None:
    """Bound one request's processor time, so that a hung child ends even when its parent is gone."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + 1 + seconds)


def _receive(descriptor: int) -> bytes | None:
    """Read one request; None at the end of the input."""
    header = _read(descriptor, HEADER.size)
    if header is None:
        return None
    kind, size = HEADER.unpack(header)
    if kind != REQUEST:
        return None
    return _read(descriptor, size)


def _read(descriptor: int, size: int) -> bytes | None:
    """Read exactly so many bytes; None where the input ends before."""
    body = bytearray()
    while len(body) < size:
        chunk = os.read(descriptor, min(size - len(body), 1 << 20))
        if not chunk:
            return None
        body += chunk
    return bytes(body)


def _send(descriptor: int, kind: int, body: bytes) -> None:
    """Write one frame whole."""
    frame = memoryview(HEADER.pack(kind, len(body)) + body)
    while frame:
        frame = frame[os.write(descriptor, frame) :]
