"""The catch-all: every TCP connection comes here, and is answered in the protocol that it speaks.

The first bytes decide; a client that waits for the server to speak first is taken for SSH on the
ports that SSH uses, and is otherwise noted and held open for a while.
"""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress

from auditor.trial.sinkhole import stratum
from auditor.trial.sinkhole.events import Events
from auditor.trial.sinkhole.http import METHODS, Exchange
from auditor.trial.sinkhole.network import CATCH_PORT, original_destination
from auditor.trial.sinkhole.ssh import SshSink
from auditor.trial.sinkhole.tls import Authority, server_name

_FIRST_BYTES_SECONDS = 0.5
_IDLE_SECONDS = 30.0
_MOST_CONNECTIONS = 400
_SSH_PORTS = frozenset({22, 2222, 22222, 2200, 222})
_KEPT_BYTES = 200


class CatchAll:
    """Listens on the one port that the redirect leads to; a thread for each connection, bounded in number."""

    def __init__(self, events: Events, exchange: Exchange, authority: Authority, ssh: SshSink) -> None:
        self._events = events
        self._exchange = exchange
        self._authority = authority
        self._ssh = ssh
        self._slots = threading.Semaphore(_MOST_CONNECTIONS)

    def listen(self, ports: tuple[int, ...] = (CATCH_PORT,)) -> None:
        """Open listeners and serve them, so that nothing is refused on these ports from here on."""
        for port in ports:
            for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):  # noqa: S104
                listener = socket.create_server((address, port), family=family, backlog=256)
                threading.Thread(target=self.serve, args=(listener,), daemon=True).start()

    def serve(self, listener: socket.socket) -> None:
        """Accept until the process ends."""
        while True:
            connection, _ = listener.accept()
            if not self._slots.acquire(blocking=False):
                self._events.is_closed = True
                connection.close()
                continue
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        keep_open = False
        try:
            host, port = original_destination(connection)
            keep_open = self._dispatch(connection, host, port)
        except OSError:
            keep_open = False
        except Exception:  # the boundary: what a client sends is no reason to lose what it would say next
            self._events.is_broken = True
        finally:
            self._slots.release()
            if not keep_open:
                connection.close()

    def _dispatch(self, connection: socket.socket, host: str, port: int) -> bool:
        """Answer a connection; whether its socket was handed on to somebody who keeps it."""
        self._events.note("tcp", host, port)
        connection.settimeout(_FIRST_BYTES_SECONDS)
        try:
            first = connection.recv(4_096, socket.MSG_PEEK)
        except TimeoutError:
            first = b""
        connection.settimeout(_IDLE_SECONDS)
        if first.startswith(b"SSH-") or (not first and port in _SSH_PORTS):
            self._ssh.serve(connection, host, port)
            return True
        if first[:2] == b"\x16\x03":
            self._tls(connection, first, host, port)
            return False
        if first.startswith(METHODS):
            target = self._exchange.serve(connection, host, port, "http")
            return bool(target) and self._dispatch(connection, *_place_of(target))
        self._plain(connection, first, host, port)
        return False

    def _tls(self, connection: socket.socket, hello: bytes, host: str, port: int) -> None:
        name = server_name(hello)
        self._events.note("tls", name or host, port)
        context = self._authority.context(name or self._events.names.get(host, host))
        with suppress(ssl.SSLError, OSError), context.wrap_socket(connection, server_side=True) as secure:
            secure.settimeout(_FIRST_BYTES_SECONDS * 4)
            first = secure.recv(1)
            secure.settimeout(_IDLE_SECONDS)
            # What TLS carries cannot be peeked at: the first byte tells JSON from HTTP.
            if first == b"{":
                self._speak_stratum(_Prefixed(secure, first), name or host, port)
            elif first:
                self._exchange.serve(_Prefixed(secure, first), name or host, port, "https")  # type: ignore[arg-type]

    def _plain(self, connection: socket.socket, first: bytes, host: str, port: int) -> None:
        if first.lstrip().startswith(b"{"):
            self._speak_stratum(_Prefixed(connection, b""), host, port)
        else:
            self._events.note("bytes", host, port, first=first[:_KEPT_BYTES].decode("latin-1"))
            with suppress(OSError):
                while connection.recv(65_536):
                    pass

    def _speak_stratum(self, connection: _Prefixed, host: str, port: int) -> None:
        buffer = b""
        with suppress(OSError):
            while chunk := connection.recv(65_536):
                buffer += chunk
                if len(buffer) > 1_000_000:
                    return
                *lines, buffer = buffer.split(b"\n")
                if buffer and stratum.parse(buffer) is not None:
                    lines, buffer = [*lines, buffer], b""
                for line in lines:
                    message = stratum.parse(line)
                    if message is None:
                        continue
                    if stratum.is_stratum(line):
                        act, fields = stratum.meaning(message)
                        self._events.note("stratum", host, port, act=act, **fields)
                    else:
                        self._events.note("bytes", host, port, first=line[:_KEPT_BYTES].decode("utf-8", "replace"))
                    connection.sendall(stratum.replies(message))


def _place_of(target: str) -> tuple[str, int]:
    """Give host and port of a CONNECT's target."""
    host, _, port = target.rpartition(":")
    number = int(port) if port.isdecimal() and len(port) < 6 else 0
    return (host or target).strip("[]"), number


class _Prefixed:
    """A connection of which some bytes were read already; they are given again first."""

    def __init__(self, connection: socket.socket, first: bytes) -> None:
        self._connection = connection
        self._first = first

    def recv(self, size: int) -> bytes:
        """Give bytes, those that were read already first."""
        first, self._first = self._first, b""
        return first or self._connection.recv(size)

    def sendall(self, data: bytes) -> None:
        """Send."""
        self._connection.sendall(data)
