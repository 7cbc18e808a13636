"""Connections that a library opens and hands to a class of the script: Twisted's factories, asyncio's protocols.

Takes the call that connects; makes the protocol with its transport, and calls what the library would call:
that the connection was made, and that something came in.
Sources: the documentation of `twisted.internet.protocol`, `twisted.conch` and `asyncio.Protocol`.
"""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.python.call import Call
from auditor.read.python.classes import class_attribute
from auditor.read.python.objects import (
    Arguments,
    BoundMethod,
    ClassObj,
    External,
    FunctionObj,
    InstanceObj,
    PyValue,
    TupleObj,
)
from auditor.read.values import known_text, unknown

Handler = Callable[[Call], PyValue]
_WRITER = "asyncio.StreamWriter()"
_SENDS = ("sendLine", "sendString", "sendMessage")


def _connects(first: int = 0) -> Handler:
    """Handle `connectTCP(host, port, factory)`, with `first` arguments before the host."""

    def handler(call: Call) -> PyValue:
        peer = TupleObj((call.word(first, "host"), call.word(first + 1, "port")))
        call.emit("net.connect", "tcp", *peer.items)
        _meet(call, call.get(first + 2, "factory"), peer)
        return call.result()

    return handler


def _endpoint(call: Call) -> PyValue:
    """`TCP4ClientEndpoint(reactor, host, port)`: nothing is opened yet."""
    return call.result(peer=TupleObj((call.word(1, "host"), call.word(2, "port"))))


def _endpoint_connects(call: Call) -> PyValue:
    """`endpoint.connect(factory)`."""
    return _dial(call, call.receiver, call.get(0, "protocolFactory"))


def _connect_protocol(call: Call) -> PyValue:
    """`connectProtocol(endpoint, protocol)`."""
    return _dial(call, call.get(0, "endpoint"), call.get(1, "protocol"))


def _dial(call: Call, endpoint: PyValue | None, factory: PyValue | None) -> PyValue:
    peer = endpoint.state.get("peer") if isinstance(endpoint, External) else None
    if isinstance(peer, TupleObj):
        call.emit("net.connect", "tcp", *peer.items)
        _meet(call, factory, peer)
    return call.result()


def _create_connection(call: Call) -> PyValue:
    """`await loop.create_connection(make, host, port)`: transport and protocol."""
    peer = TupleObj((call.word(1, "host"), call.word(2, "port")))
    call.emit("net.connect", "tcp", *peer.items)
    made = call.call_back(call.arg(0, "protocol_factory"))
    writer = _meet(call, made, peer)
    return TupleObj((writer, made))


def _meet(call: Call, factory: PyValue | None, peer: TupleObj) -> External:
    """Give a factory's protocol its transport, and tell it what happens."""
    writer = External(_WRITER, state={"peer": peer})
    protocol = _protocol_of(call, factory)
    if not isinstance(protocol, InstanceObj):
        return writer
    call.machine.journal.touch(protocol)
    protocol.attributes["transport"] = writer
    for name in _SENDS:
        if class_attribute(protocol.cls, name) is None:
            protocol.attributes[name] = External(f"{_WRITER}.write", writer)
    host, port = (known_text(call.machine.scalar(item)) for item in peer.items)
    came = call.machine.evaluation.fresh(Source.NETWORK, f"tcp://{host}:{port}" if host and port else "")
    for name, given in (
        ("connectionMade", ()),
        ("connection_made", (writer,)),
        ("dataReceived", (came,)),
        ("data_received", (came,)),
        ("lineReceived", (came,)),
    ):
        method = class_attribute(protocol.cls, name)
        if isinstance(method, FunctionObj):
            call.machine.call(BoundMethod(method, protocol), Arguments(given), call.node)
    return writer


def _protocol_of(call: Call, factory: PyValue | None) -> PyValue | None:
    """Give the protocol that a factory makes: by its attribute, by `forProtocol`, or by its own method."""
    made: PyValue | None = None
    if isinstance(factory, External):
        made = factory.state.get("protocol")
        if made is None and factory.path.endswith("forProtocol()") and factory.args:
            made = factory.args[0]
    elif isinstance(factory, InstanceObj):
        builder = class_attribute(factory.cls, "buildProtocol")
        if isinstance(builder, FunctionObj):
            return call.machine.call(BoundMethod(builder, factory), Arguments((unknown(Source.NETWORK),)), call.node)
        made = factory.attributes.get("protocol") or class_attribute(factory.cls, "protocol")
        if made is None:
            return factory
    if isinstance(made, ClassObj | FunctionObj):
        return call.call_back(made)
    return made


_LOOPS = ("get_event_loop()", "get_running_loop()", "new_event_loop()", "SelectorEventLoop()")
_ENDPOINTS = ("TCP4ClientEndpoint", "TCP6ClientEndpoint", "HostnameEndpoint", "SSL4ClientEndpoint")

CALLS: dict[str, Handler] = {
    **dict.fromkeys(("twisted.internet.reactor.connectTCP", "twisted.internet.reactor.connectSSL"), _connects()),
    **{f"twisted.internet.endpoints.{name}": _endpoint for name in _ENDPOINTS},
    **{f"twisted.internet.endpoints.{name}().connect": _endpoint_connects for name in _ENDPOINTS},
    "twisted.internet.endpoints.connectProtocol": _connect_protocol,
    **{f"asyncio.{loop}.create_connection": _create_connection for loop in _LOOPS},
    **{f"uvloop.{loop}.create_connection": _create_connection for loop in ("new_event_loop()",)},
}
