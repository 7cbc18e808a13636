"""The trial's worker: takes requests, runs each in a box, and gives recordings.

Run by `auditor.workers` as a child process that has imported everything a box needs, so that a run
costs a fork and no start of Python. It leaves nothing behind: the stage and everything in it lie in
the box's namespaces, and die with them, with this worker, or with the auditor.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from auditor.trial.answers import lift_limits, read_all
from auditor.trial.box import Box
from auditor.trial.decoys import decoys
from auditor.trial.namespaces import enter
from auditor.trial.request import Recording, TrialRequest
from auditor.trial.sinkhole.tls import Authority

_REQUEST = msgspec.msgpack.Decoder(TrialRequest)
_ENCODER = msgspec.msgpack.Encoder()
_OVERHEAD_SECONDS = 10.0
_PLACES = ("/mnt", "/media", "/srv", "/tmp")  # noqa: S108 (covered, not written to)
_AUTHORITY = Authority()


def handle(body: bytes) -> bytes:
    """Run one trial; gives a msgpack Recording. Raises RuntimeError where the box could not be built."""
    request = _REQUEST.decode(body)
    exposed = tuple(sorted({*_prefixes(), *request.prefixes}))
    root = _place_for_stage(exposed)
    read, write = os.pipe()

    def run() -> None:
        lift_limits()
        recording = Box(request, root, _AUTHORITY).play()
        with os.fdopen(write, "wb") as answer:
            answer.write(_ENCODER.encode(recording))

    try:
        pid = enter(exposed, run)
        os.close(write)
        seconds = request.limits.wall_seconds + request.limits.grace_seconds + _OVERHEAD_SECONDS
        answer = read_all(read, time.monotonic() + seconds)
        _end(pid)
    finally:
        os.close(read)
    if not answer:
        raise RuntimeError("the sandbox could not be set up")
    return answer


def _place_for_stage(needed: tuple[str, ...]) -> Path:
    """Give a directory that the box may cover with its stage, in a mount namespace of its own.

    One that is there already, so that no trial leaves a directory behind, however it ends.
    """
    for place in map(Path, _PLACES):
        is_needed = any(Path(path).is_relative_to(place) for path in needed)
        if place.is_dir() and not place.is_symlink() and not is_needed:
            return place
    raise RuntimeError(f"none of {', '.join(_PLACES)} is there to hold the stage")


def _prefixes() -> tuple[str, ...]:
    """Give where this Python and its packages lie: libraries that load late are needed inside too."""
    roots = {sys.prefix, sys.base_prefix, *(path for path in sys.path if path.endswith("site-packages"))}
    roots.add(str(Path(__file__).resolve().parents[2]))
    distinct = sorted(str(Path(root).resolve()) for root in roots if Path(root).is_dir())
    return tuple(root for root in distinct if not root.startswith("/usr"))


def decode(body: bytes) -> Recording:
    """Decode a recording."""
    return msgspec.msgpack.decode(body, type=Recording)


def _end(pid: int) -> None:
    """Kill what is left of a box; its process namespace dies with it."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    os.waitpid(pid, 0)


def _warm() -> None:
    """Do one SSH session and one TLS context at the start, so that no script waits for late imports."""
    import asyncio
    import socket

    import asyncssh

    from auditor.trial.sinkhole.events import Events
    from auditor.trial.sinkhole.ssh import SshSink

    os.environ.setdefault("USER", "warm")  # asyncssh asks for both where the user has no account
    os.environ.setdefault("HOME", "/nonexistent")

    async def visit(port: int) -> None:
        options: dict[str, Any] = {"known_hosts": None, "username": "warm", "config": [], "client_keys": []}
        async with asyncssh.connect("127.0.0.1", port, **options) as client:
            listener = await client.forward_remote_port("localhost", 0, "localhost", 9)
            listener.close()

    sink = SshSink(Events(lambda event: None))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=lambda: sink.serve(listener.accept()[0], "warm", 22), daemon=True)
        accepting.start()
        # A visit that fails costs the first SSH client of a trial some time, nothing else.
        with suppress(OSError, ValueError, TimeoutError, asyncssh.Error):
            asyncio.run(asyncio.wait_for(visit(listener.getsockname()[1]), 10))
        accepting.join(1)
    sink.close()
    decoys()
    _AUTHORITY.context("warm.invalid")


_warm()
