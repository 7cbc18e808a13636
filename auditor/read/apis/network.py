"""Sockets and what is spoken over them: connections, listeners, descriptors tied to a shell, the mining protocol."""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.apis.carried import note_held
from auditor.read.apis.relays import is_accepted, relay
from auditor.read.apis.starting import socket_of
from auditor.read.python.call import Call
from auditor.read.python.objects import (
    NONE,
    External,
    InstanceObj,
    ListObj,
    Obj,
    PyValue,
    Rest,
    TupleObj,
)
from auditor.read.spoken import mining_messages
from auditor.read.values import EMPTY, Known, known_text, unknown

Handler = Callable[[Call], PyValue]


def address_of(call: Call, value: PyValue) -> tuple[PyValue, PyValue]:
    """Give host and port of an address tuple."""
    if isinstance(value, TupleObj | ListObj) and value.items and not isinstance(value.items[0], Rest):
        host = value.items[0]
        port = value.items[1] if len(value.items) > 1 else unknown(Source.UNKNOWN)
        return call.machine.word(host), call.machine.word(port)
    if isinstance(value, InstanceObj) and len(value.cls.fields) == 2:  # a named tuple
        host, port = (call.machine.attribute(value, name, call.node) for name in value.cls.fields)
        return call.machine.word(host), call.machine.word(port)
    word = call.machine.word(value)
    return word, unknown(Source.UNKNOWN)


def _is_unix(call: Call) -> bool:
    here: External | None = call.callee
    while here is not None:
        if any(isinstance(arg, External) and arg.path.endswith("AF_UNIX") for arg in here.args):
            return True
        here = here.parent
    return False


def _connect(call: Call) -> PyValue:
    if _is_unix(call):
        return NONE
    host, port = address_of(call, call.arg(0))
    protocol = "udp" if _is_datagram(call.receiver) else "tcp"
    call.emit("net.connect", protocol, host, port)
    _remember(call, call.receiver, host, port)
    return Known(0) if call.callee.path.endswith("_ex") else NONE


def _is_datagram(value: External) -> bool:
    return any(
        isinstance(arg, External) and arg.path.endswith("SOCK_DGRAM") for arg in (*value.args, *value.kwargs.values())
    )


def _remember(call: Call, target: External, host: PyValue, port: PyValue) -> None:
    call.machine.journal.touch(target)
    target.state["peer"] = TupleObj((host, port))


def _create_connection(call: Call) -> PyValue:
    host, port = address_of(call, call.arg(0, "address"))
    call.emit("net.connect", "tcp", host, port)
    return External("socket.socket()", call.callee, state={"peer": TupleObj((host, port))})


def _bind(call: Call) -> PyValue:
    host, port = address_of(call, call.arg(0))
    if isinstance(host, Known) and host.value == "":
        host = Known("0.0.0.0")  # noqa: S104 - what the audited script asks for
    _remember(call, call.receiver, host, port)
    if _is_datagram(call.receiver) and not _is_unix(call):
        call.emit("net.listen", "udp", host, port)
    return NONE


def _listen(call: Call) -> PyValue:
    peer = call.receiver.state.get("peer")
    if isinstance(peer, TupleObj) and not _is_unix(call):
        call.emit("net.listen", "tcp", *peer.items)
    return NONE


def _create_server(call: Call) -> PyValue:
    host, port = address_of(call, call.arg(0, "address"))
    host = Known("0.0.0.0") if known_text(call.machine.scalar(host)) == "" else host  # noqa: S104
    call.emit("net.listen", "tcp", host, port)
    return External("socket.socket()", call.callee, state={"peer": TupleObj((host, port))})


def _accept(call: Call) -> PyValue:
    peer = call.receiver.state.get("peer", unknown(Source.NETWORK))
    hole = call.machine.evaluation.fresh(Source.NETWORK)
    state: dict[str, PyValue] = {"peer": peer, "is_accepted": NONE}
    connection = External("socket.socket()", call.callee, state=state, hole=hole.hole)
    return TupleObj((connection, hole))


def _open_connection(call: Call) -> PyValue:
    host, port = call.word(0, "host"), call.word(1, "port")
    call.emit("net.connect", "tcp", host, port)
    state: dict[str, PyValue] = {"peer": TupleObj((host, port))}
    hole = call.machine.evaluation.fresh(Source.NETWORK).hole
    return TupleObj(
        (
            External("asyncio.StreamReader()", call.callee, state=dict(state), hole=hole),
            External("asyncio.StreamWriter()", call.callee, state=dict(state)),
        )
    )


def _start_server(call: Call) -> PyValue:
    host, port = call.word(1, "host"), call.word(2, "port")
    call.emit("net.listen", "tcp", host, port)
    peer = TupleObj((host, port))
    reader = External("asyncio.StreamReader()", hole=call.machine.evaluation.fresh(Source.NETWORK).hole)
    call.call_back(call.arg(0), reader, External("asyncio.StreamWriter()", state={"peer": peer, "is_accepted": NONE}))
    return call.result()


def _host_port(call: Call) -> PyValue:
    """Clients made with host and port: `telnetlib.Telnet(host, port)` and others."""
    host, port = call.word(0, "host"), call.word(1, "port")
    if call.get(0, "host") is not None:
        call.emit("net.connect", "tcp", host, port)
    return call.result(peer=TupleObj((host, port)))


def _wrapped(call: Call) -> PyValue:
    for value in (*call.args, *call.kwargs.values()):
        if isinstance(value, External) and "peer" in value.state:
            return value
        if isinstance(value, External) and value.path.startswith("socket."):
            return value
    return call.result()


def _receive(call: Call) -> PyValue:
    peer = socket_of(call.callee)
    detail = ""
    if peer is not None:
        host, port = known_text(peer[0]), known_text(peer[1])
        detail = f"tcp://{host}:{port}" if host and port else ""
        # the slash marks what somebody sent who connected to here
        detail += "/" if detail and is_accepted(call.callee) else ""
    return call.machine.evaluation.fresh(Source.NETWORK, detail)


def _send(call: Call) -> PyValue:
    """Bytes sent: a miner's login or subscription is told by its JSON."""
    peer = socket_of(
        call.args[0]
        if call.callee.path == "os.write" and call.args and isinstance(call.args[0], External)
        else call.callee
    )
    data = call.arg(1 if call.callee.path == "os.write" else 0)
    if call.callee.path.endswith("sendto") and len(call.args) > 1:
        host, port = address_of(call, call.args[-1])
        call.emit("net.connect", "udp", host, port)
    if peer is not None:
        note_held(call, [data], ("nc", *peer))
    if peer is not None and not isinstance(data, Obj):
        for name, words in mining_messages(call.machine.evaluation, data):
            call.emit(name, *peer, *words)
        relay(call, data, peer)
    return unknown(Source.UNKNOWN)


def _duplicate(call: Call) -> PyValue:
    """`os.dup2(socket, 0)`: what the process starts next talks to the socket."""
    peer = socket_of(call.get(0, "fd"))
    number = call.machine.known(call.arg(1, "fd2"))
    if peer is not None and number in (0, 1, 2):
        call.machine.socket = (call.machine.settle(peer[0]), call.machine.settle(peer[1]))
    return NONE


def _websocket(call: Call) -> PyValue:
    url = call.get(0, "uri")
    if url is not None:
        call.emit("http.request", "GET", call.machine.scalar(url))
    return call.result(peer=TupleObj((call.machine.scalar(call.arg(0, "uri")), EMPTY)))


def _lookup(call: Call) -> PyValue:
    call.emit("dns.query", call.word(0, "host"))
    return call.machine.evaluation.fresh(Source.NETWORK)


def _serve(call: Call) -> PyValue:
    """Servers made with `(host, port)`: `socketserver`, `http.server`, `xmlrpc`."""
    host, port = address_of(call, call.arg(0))
    if call.args:
        call.emit("net.listen", "tcp", Known("0.0.0.0") if known_text(call.machine.scalar(host)) == "" else host, port)  # noqa: S104
    return call.result(peer=TupleObj((host, port)))


_SOCKETS = ("socket.socket()", "ssl.SSLSocket()", "socks.socksocket()")
_SOCKET_METHODS: dict[str, Handler] = {
    "connect": _connect,
    "connect_ex": _connect,
    "bind": _bind,
    "listen": _listen,
    "accept": _accept,
    "recv": _receive,
    "recvfrom": _receive,
    "recv_into": _receive,
    "send": _send,
    "sendall": _send,
    "sendto": _send,
    "sendfile": _send,
    "makefile().write": _send,
    "makefile().read": _receive,
    "makefile().readline": _receive,
}

CALLS: dict[str, Handler] = {
    **{f"{made}.{name}": handler for made in _SOCKETS for name, handler in _SOCKET_METHODS.items()},
    "socket.create_connection": _create_connection,
    "socket.create_server": _create_server,
    "socks.create_connection": _create_connection,
    "gevent.socket.create_connection": _create_connection,
    "asyncio.open_connection": _open_connection,
    "asyncio.start_server": _start_server,
    "asyncio.StreamWriter().write": _send,
    "asyncio.StreamReader().read": _receive,
    "asyncio.StreamReader().readline": _receive,
    "asyncio.StreamReader().readuntil": _receive,
    "telnetlib.Telnet": _host_port,
    "telnetlib.Telnet().write": _send,
    "ftplib.FTP": _host_port,
    "smtplib.SMTP": _host_port,
    "smtplib.SMTP_SSL": _host_port,
    "pwn.remote": _host_port,
    "pwnlib.tubes.remote.remote": _host_port,
    "ssl.wrap_socket": _wrapped,
    "ssl.create_default_context().wrap_socket": _wrapped,
    "ssl.SSLContext().wrap_socket": _wrapped,
    "ssl._create_unverified_context().wrap_socket": _wrapped,
    "os.dup2": _duplicate,
    "libc.dup2": _duplicate,
    "websockets.connect": _websocket,
    "websockets.sync.client.connect": _websocket,
    "websocket.create_connection": _websocket,
    "websocket.WebSocketApp": _websocket,
    "websockets.connect().send": _send,
    "websocket.create_connection().send": _send,
    "socket.gethostbyname": _lookup,
    "socket.getaddrinfo": _lookup,
    "socket.gethostbyname_ex": _lookup,
    "dns.resolver.resolve": _lookup,
    "dns.resolver.query": _lookup,
    "http.server.HTTPServer": _serve,
    "http.server.ThreadingHTTPServer": _serve,
    "socketserver.TCPServer": _serve,
    "socketserver.ThreadingTCPServer": _serve,
    "xmlrpc.server.SimpleXMLRPCServer": _serve,
}
METHODS: dict[str, Handler] = {"send": _send, "sendall": _send, "wrap_socket": _wrapped}
