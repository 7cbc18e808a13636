"""SSH: a server that lets anyone in and records what is asked of it.

A remote forward is granted and then used once, so that the client's own connection to the
forwarded target shows in the trace: the tunnel is proven, not only requested (RFC 4254 section 7).
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress

import asyncssh

from auditor.trial.sinkhole.events import Events

_USE_AFTER_SECONDS = 0.05


class SshSink:
    """Serves connections handed over by the catch-all listener, in an event loop of its own thread."""

    def __init__(self, events: Events, key: asyncssh.SSHKey | None = None) -> None:
        self._events = events
        self._key = key or asyncssh.generate_private_key("ssh-ed25519")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="ssh-sink")
        self._thread.start()

    @property
    def known_host(self) -> str:
        """A known_hosts line with which every host and port is known."""
        return f"* {self._key.export_public_key().decode('ascii').strip()}\n"

    def serve(self, connection: socket.socket, host: str, port: int) -> None:
        """Take over a connected socket."""
        connection.setblocking(False)
        asyncio.run_coroutine_threadsafe(self._serve(connection, host, port), self._loop)

    def close(self) -> None:
        """End the event loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _serve(self, connection: socket.socket, host: str, port: int) -> None:
        with suppress(OSError, asyncssh.Error, asyncio.CancelledError):
            await asyncssh.run_server(
                connection,
                server_factory=lambda: _Server(self._events, host, port),
                server_host_keys=[self._key],
                process_factory=lambda process: _command(self._events, host, port, process),
                keepalive_interval=0,
                login_timeout=20,
            )


class _Server(asyncssh.SSHServer):
    """One client: any user, any method, any forward."""

    def __init__(self, events: Events, host: str, port: int) -> None:
        self._events = events
        self._host = host
        self._port = port
        self._user = ""
        self._tasks: set[asyncio.Task[None]] = set()

    def begin_auth(self, username: str) -> bool:
        """Let the user in without a question."""
        self._user = username
        self._events.note("ssh", self._host, self._port, user=username)
        return False

    def server_requested(self, listen_host: str, listen_port: int) -> bool:
        """Grant a remote forward and use it."""
        self._events.note(
            "ssh-forward", self._host, self._port, user=self._user, forward="remote",
            bind=listen_host, bind_port=str(listen_port),
        )  # fmt: skip
        if listen_port:  # of a port that the server is to choose, the number is not known here
            task = asyncio.ensure_future(_use(listen_host, listen_port))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return True

    def unix_server_requested(self, listen_path: str) -> bool:
        """Record a forward of a socket file; nothing is bound."""
        self._events.note("ssh-forward", self._host, self._port, user=self._user, forward="remote", bind=listen_path)
        return False

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        """Record a local or dynamic forward that was used; it leads nowhere."""
        self._events.note("ssh-direct", self._host, self._port, user=self._user, to=dest_host, to_port=str(dest_port))
        return False

    def tun_requested(self, unit: int | None) -> bool:
        """Record a tunnel device; none is opened."""
        self._events.note("ssh-forward", self._host, self._port, user=self._user, forward="tun", bind=str(unit))
        return False

    tap_requested = tun_requested


async def _use(host: str, port: int) -> None:
    """Connect once to a forwarded port, as whoever sits at the other end would."""
    await asyncio.sleep(_USE_AFTER_SECONDS)
    target = "127.0.0.1" if host in {"", "localhost", "*", "0.0.0.0", "::"} else host  # noqa: S104
    with suppress(OSError, asyncio.TimeoutError):
        _, writer = await asyncio.wait_for(asyncio.open_connection(target, port), 2)
        writer.close()


async def _command(events: Events, host: str, port: int, process: asyncssh.SSHServerProcess[str]) -> None:
    user = str(process.get_extra_info("username") or "")
    events.note("ssh-exec", host, port, user=user, command=process.command or "")
    if process.command is None:
        with suppress(asyncssh.Error, OSError, asyncio.TimeoutError):
            await asyncio.wait_for(process.stdin.read(4_096), 3_600)
    process.exit(0)
