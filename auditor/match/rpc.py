"""A child process that speaks JSON-RPC over its pipes, with a deadline on every wait.

Takes a command; gives messages sent and received, framed as the Language Server Protocol does, and
what the child wrote to standard error meanwhile. Refuses to answer the child's own requests, which
Semgrep does not expect.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import IO, Final

import msgspec

_LENGTH: Final = re.compile(rb"(?i)content-length: *(\d{1,9})\s*$", re.M)
_MESSAGE_BYTES: Final = 200_000_000
_STDERR_BYTES: Final = 16_000_000
_CHUNK: Final = 1 << 18


class Gone(Exception):
    """The child ended, or said something that is not a message."""


class Silent(Exception):
    """The child said nothing until the deadline."""


class Message(msgspec.Struct, frozen=True):
    """A message from the child: the answer to a request has an id and no method."""

    id: int | str | None = None
    method: str | None = None
    params: msgspec.Raw = msgspec.Raw(b"null")


class RpcChild:
    """One child process. Not thread-safe: whoever holds it talks to it alone."""

    def __init__(self, command: Sequence[str], executable: str, environment: Mapping[str, str], directory: str) -> None:
        self._process = subprocess.Popen(
            command,
            executable=executable,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=directory,
            env=environment,
            start_new_session=True,
        )
        self._streams = [
            stream for stream in (self._process.stdin, self._process.stdout, self._process.stderr) if stream is not None
        ]
        self._stdin, self._stdout, self._stderr = (_descriptor(stream) for stream in self._streams)
        self._received = bytearray()
        self._errors = bytearray()
        self._poll = select.poll()
        self._poll.register(self._stdout, select.POLLIN)
        self._poll.register(self._stderr, select.POLLIN)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the child still runs."""
        return self._process.poll() is None

    def send(self, deadline: float, method: str, params: object, request: int | None = None) -> None:
        """Send a notification, or a request when it has a number."""
        message: dict[str, object] = {"jsonrpc": "2.0", "method": method, "params": params}
        if request is not None:
            message["id"] = request
        body = msgspec.json.encode(message)
        left = memoryview(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        while left:
            try:
                left = left[os.write(self._stdin, left) :]
            except BlockingIOError:
                # a child that waits for us to read must not wait for ever
                self._pump(deadline, self._stdin)
            except OSError as error:
                raise Gone(f"it closed its input: {error}") from error

    def receive(self, deadline: float) -> Message:
        """Give the next message."""
        while True:
            message = self._take()
            if message is not None:
                return message
            self._pump(deadline)

    def errors(self) -> bytes:
        """Give what the child wrote to standard error since the last call."""
        with contextlib.suppress(BlockingIOError, OSError):
            while chunk := os.read(self._stderr, _CHUNK):
                self._errors += chunk
        said = bytes(self._errors)
        self._errors.clear()
        return said

    def end(self) -> None:
        """Kill the child and release its pipes."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in self._streams:
            with contextlib.suppress(OSError):
                stream.close()

    def kill(self) -> None:
        """Kill the child; whoever waits for it finds out."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _take(self) -> Message | None:
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return None
        length = _LENGTH.search(self._received, 0, head)
        if length is None or int(length[1]) > _MESSAGE_BYTES:
            raise Gone("it sent something that is not a message")
        start, size = head + 4, int(length[1])
        if len(self._received) < start + size:
            return None
        body = bytes(self._received[start : start + size])
        del self._received[: start + size]
        try:
            return msgspec.json.decode(body, type=Message)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Gone(f"it sent something that is not a message: {error}") from error

    def _pump(self, deadline: float, writable: int | None = None) -> None:
        """Wait until there is something to read, or room to write, and read what there is."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise Silent
        if writable is not None:
            self._poll.register(writable, select.POLLOUT)
        try:
            ready = self._poll.poll(left * 1000)
        finally:
            if writable is not None:
                self._poll.unregister(writable)
        for descriptor, _ in ready:
            if descriptor == writable:
                continue
            self._read(descriptor)

    def _read(self, descriptor: int) -> None:
        buffer = self._received if descriptor == self._stdout else self._errors
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return
        except OSError as error:
            raise Gone(str(error)) from error
        if not chunk and descriptor == self._stdout:
            raise Gone("it ended")
        if not chunk:
            self._poll.unregister(descriptor)
        buffer += chunk
        if len(self._errors) > _STDERR_BYTES:
            raise Gone("it wrote too much to standard error")


def _descriptor(stream: IO[bytes]) -> int:
    os.set_blocking(stream.fileno(), False)
    return stream.fileno()
