"""A client of the gate's server, as tests and benchmarks use it: one request over a socket, one answer."""

from __future__ import annotations

import socket
import time

from auditor import __version__
from auditor.gate.wire import read_body, read_head, request


def ask(path: str, agent: str, payload: bytes, seconds: float = 60.0) -> tuple[int, bytes, bytes]:
    """Ask, waiting up to half a minute for a server to come; raises OSError or WireError where there is no answer."""
    end = time.monotonic() + 30
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(seconds + 5)
        try:
            connection.connect(path)
            break
        except OSError:
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
    with connection:
        connection.sendall(request(__version__, agent, seconds, payload))
        head, rest = read_head(connection.recv, 4)
        status, out, err = (int(word) for word in head[1:])
        body = read_body(connection.recv, rest, out + err)
    return status, body[:out], body[out:]
