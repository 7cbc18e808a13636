"""Asking the server about itself: health and metrics."""

from __future__ import annotations

import socket

from auditor import __version__
from auditor.errors import UsageError
from auditor.gate.places import is_trusted, runtime_directory, socket_path
from auditor.gate.wire import WireError, read_body, read_head, request

_SECONDS = 30.0


def ask(what: str) -> str:
    """Ask the server that runs; raises UsageError where none does, or it does not answer."""
    if not is_trusted(runtime_directory()):
        raise UsageError("no server runs for this user")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_SECONDS)
        try:
            connection.connect(socket_path())
            connection.sendall(request(__version__, what, _SECONDS, b""))
            head, rest = read_head(connection.recv, 4)
            return read_body(connection.recv, rest, int(head[2])).decode("utf-8", "replace")
        except (OSError, WireError, ValueError) as error:
            raise UsageError(
                f"no server answers ({type(error).__name__})", hint="the hook starts one; or run `auditor serve`"
            ) from error
