"""Networks: sockets, servers, requests, what is spoken over them, and streams tied to processes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from auditor.model.unit import Language
from auditor.model.word import Hole, Source
from auditor.read.javascript.addresses import address_of
from auditor.read.javascript.carried import note_carried, pass_to
from auditor.read.javascript.clouds import note_endpoint
from auditor.read.javascript.code import note_hidden
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import UNDEFINED, Array, External, Function, JsValue, Record, hole_of
from auditor.read.javascript.options import name_of, option, peer_of, text_of
from auditor.read.javascript.processes import is_shell
from auditor.read.javascript.rounds import many
from auditor.read.javascript.source import Node
from auditor.read.javascript.strings import plain
from auditor.read.launch.surroundings import for_code
from auditor.read.spoken import say
from auditor.read.values import EMPTY, Known, Value, known_text, words_of

Model = Callable[[Machine, External, Sequence[JsValue], Node], JsValue]
_ANY = "0.0.0.0"  # noqa: S104  (what a listener without an address listens on)


def _endpoint(machine: Machine, args: Sequence[JsValue]) -> tuple[Value, Value] | None:
    """Give host and port of `connect(port, host)` or `connect({port, host})`; None for a socket of the file system."""
    if not args or option(args[:1], "path") is not None:
        return None
    if isinstance(args[0], Record):
        port, host = option(args[:1], "port"), option(args[:1], "host") or option(args[:1], "hostname")
    else:
        text = plain(args[0])
        if text is not None and not text.isdigit():
            return None
        port = args[0]
        host = args[1] if len(args) > 1 and not isinstance(args[1], Function | Record) else None
        host = host or option(args[1:], "host")
    return (
        machine.text(host) if host is not None else Known("localhost"),
        machine.text(port) if port is not None else machine.fresh(Source.ARGUMENT),
    )


def _call_back(machine: Machine, args: Sequence[JsValue], given: Sequence[JsValue], node: Node) -> None:
    from auditor.read.javascript.calls import call

    for argument in args:
        if isinstance(argument, Function):
            call(machine, argument, given, node)


def _call_later(machine: Machine, args: Sequence[JsValue], this: External, node: Node) -> None:
    """Call back once the statement is done: the name that the result is given is known then."""
    from auditor.read.javascript.calls import call

    for argument in args:
        if isinstance(argument, Function):
            machine.waiting.append(lambda argument=argument: call(machine, argument, [], node, this))  # type: ignore[misc]


def _tie(socket: External, host: Value, port: Value) -> None:
    """Remember whom a socket talks to."""
    socket.state["@peer"] = Array([host, port])
    known = (known_text(host), known_text(port))
    detail = f"tcp://{known[0]}:{known[1]}" if all(known) else ""
    socket.hole = Hole(Source.NETWORK, 0, detail)


def _connect(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    note_hidden(machine, function, node)
    parent = function.parent
    is_made = parent is not None and "()" in parent.path
    socket = parent if is_made and parent is not None else External("net.Socket()", function)
    endpoint = _endpoint(machine, args)
    if endpoint is not None:
        machine.emit(node, "net.connect", "tcp", *endpoint)
        _tie(socket, *endpoint)
    _call_later(machine, args, socket, node)
    return socket


def _server(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    made = External(f"{function.path}()", function, tuple(args))
    for argument in args:
        if isinstance(argument, Function):
            made.state["@handler"] = argument
    return made


def _listen(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.calls import call

    server = function.parent
    endpoint = _endpoint(machine, args)
    host = endpoint[0] if endpoint is not None and (len(args) > 1 or isinstance(args[0], Record)) else Known(_ANY)
    host = Known(_ANY) if known_text(host) == "localhost" and name_of(args, 1) != "localhost" else host
    handler = server.state.get("@handler") if server is not None else None
    if endpoint is not None:
        machine.emit(node, "net.listen", "tcp", host, endpoint[1])
    if isinstance(handler, Function) and server is not None:
        if server.path.startswith(("net.", "tls.")):
            socket = External("net.Socket()", function)
            _tie(socket, host, endpoint[1] if endpoint is not None else Known("0"))
            given: list[JsValue] = [socket]
        else:
            given = [External("http.incoming", hole=Hole(Source.INPUT)), External("http.outgoing")]
        many(machine, partial(call, machine, handler, given, node), is_sure=True)
    _call_back(machine, args, [], node)
    return server if server is not None else machine.fresh()


def _request(verb: str = "") -> Model:
    def model(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
        note_hidden(machine, function, node)
        method = text_of(machine, option(args, "method"))
        name = verb or ((known_text(method) or "GET").upper() if method is not None else "GET")
        url = address_of(machine, function, args)
        machine.emit(node, "http.request", name, url)
        body = option(args, "body") or option(args, "data")
        is_body = verb in {"POST", "PUT", "PATCH"} and len(args) > 1 and not isinstance(args[1], Function)
        note_endpoint(machine, name, url, body or (args[1] if is_body else None), node)
        note_carried(machine, name, url, args, node)
        hole = Hole(Source.NETWORK, 0, str(words_of(url)[0]))
        answer = External("http.answer", function, hole=hole)
        answer.state["@request"] = Array([Known(name), url])
        answer.state.update({name: Known(200) for name in ("statusCode", "status")})
        answer.state["ok"] = Known(True)
        if function.path.startswith("request") or function.path in {"needle", "needle.get"}:
            body = External("http.answer.body", answer, hole=hole)
            _call_back(machine, args, [Known(None), answer, body], node)
        else:
            _call_back(machine, args, [answer], node)
        return answer

    return model


def _pipeline(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`pipeline(a, b, c)`: each goes into the next."""
    stages = [argument for argument in args if isinstance(argument, External)]
    for source, target in pairwise(stages):
        pipe(machine, External("stream.pipe", source), [target], node)
    _call_back(machine, args, [Known(None)], node)
    return UNDEFINED


def _web_socket(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    url = machine.text(args[0]) if args else EMPTY
    machine.emit(node, "http.request", "GET", url)
    made = External("WebSocket()", function, hole=Hole(Source.NETWORK, 0, str(words_of(url)[0])))
    known = known_text(url)
    found = re.match(r"(?:wss?|tcp|ssl)://([^/:]+)(?::(\d+))?", known or "")
    if found is not None:
        port = found[2] or ("443" if (known or "").startswith("wss") else "80")
        made.state["@peer"] = Array([Known(found[1]), Known(port)])
    return made


def send(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`socket.write(text)`: a miner's login or subscription is told by its JSON."""
    peer = peer_of(function)
    if peer is not None and args:
        say(machine.evaluation, machine.text(args[0]), peer, machine.place(node))
    return Known(True)


def pipe(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`a.pipe(b)`: a socket into a shell's input ties the two; an answer into a file is its content."""
    source = function.parent
    target = args[0] if args else UNDEFINED
    if source is None or not isinstance(target, External):
        return target
    peer = peer_of(source)
    child = target.parent if target.path == "child().stdin" else None
    if peer is not None and child is not None and is_shell(child):
        machine.emit(node, "process.stdio", "socket", *peer)
    elif child is not None and is_shell(child) and (hole := hole_of(source)) is not None:
        machine.evaluation.unresolved(Language.BASH, hole, machine.place(node))
    pass_to(machine, target, source, node)
    path = target.state.get("@path")
    if path is not None:
        content = machine.text(source)
        machine.evaluation.files.write(machine.text(path), content, directory=machine.directory)
    if source.hole is not None and target.hole is None and path is None:
        target.hole = source.hole
    return target


def _ssh(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`new Client().connect({host, port, username})` of ssh2."""
    user, host = text_of(machine, option(args, "username")), text_of(machine, option(args, "host"))
    port = text_of(machine, option(args, "port"))
    machine.emit(node, "ssh.open", user or EMPTY, host or Known("localhost"), port or Known("22"))
    return function.parent if function.parent is not None else machine.fresh()


def _forward(kind: str) -> Model:
    def model(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
        words = [machine.text(argument) for argument in args if not isinstance(argument, Function)][:4]
        machine.emit(node, "ssh.forward", kind, *words)
        _call_back(machine, args, [Known(None), External("stream()")], node)
        return machine.fresh()

    return model


def _remote(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    if args:
        context = for_code(machine.child(node), elsewhere=True)
        machine.shell(machine.text(args[0]), node, context, "ssh2 exec")
    _call_back(machine, args, [Known(None), External("stream()", hole=Hole(Source.COMMAND))], node)
    return machine.fresh(Source.COMMAND)


def _named(program: str, *words: str) -> Model:
    """A package that opens a tunnel through a service: written as the service's own command."""

    def model(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
        port = option(args, "addr") or option(args, "port") or (args[0] if args else None)
        protocol = text_of(machine, option(args, "proto"))
        given = [machine.text(port)] if port is not None and not isinstance(port, Record | Function) else []
        middle = [protocol or Known("http")] if program == "ngrok" else [Known(word) for word in words]
        machine.emit(node, program, *middle, *given)
        return External(f"{program}()")

    return model


def _lookup(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    if args:
        machine.emit(node, "dns.query", machine.text(args[0]))
    answer = machine.fresh(Source.NETWORK)
    _call_back(machine, args, [Known(None), answer], node)
    return answer


_VERBS = "get post put delete patch head".split()
MODELS: dict[str, Model] = {
    **dict.fromkeys(("net.connect", "net.createConnection", "tls.connect", "net.Socket().connect"), _connect),
    "Deno.connect": _connect,
    "tls.TLSSocket().connect": _connect,
    **{f"{module}.createServer": _server for module in ("net", "tls", "http", "https", "http2")},
    "new net.Server": lambda machine, function, args, node: _server(
        machine, External("net.createServer"), args, node
    ),
    **{f"{module}.createServer().listen": _listen for module in ("net", "tls", "http", "https", "http2")},
    **dict.fromkeys(("http.get", "https.get"), _request("GET")),
    **dict.fromkeys("http.request https.request fetch axios axios.request got request".split(), _request()),
    **dict.fromkeys(("undici.request", "undici.fetch", "fetch.default", "needle", "superagent", "ky"), _request()),
    **{f"{client}.{verb}": _request(verb.upper()) for client in
       ("axios", "got", "request", "needle", "superagent", "ky", "axios.create()", "phin") for verb in _VERBS},
    **dict.fromkeys(("new WebSocket", "new ws", "new ws.WebSocket"), _web_socket),
    **dict.fromkeys(("net.Socket().write", "net.Socket().end", "WebSocket().send", "tls.TLSSocket().write"), send),
    "ssh2.Client().connect": _ssh,
    "ssh2.Client().forwardIn": _forward("remote"),
    "ssh2.Client().forwardOut": _forward("local"),
    "ssh2.Client().exec": _remote,
    "node-ssh.NodeSSH().connect": _ssh,
    "node-ssh.NodeSSH().execCommand": _remote,
    **dict.fromkeys("ngrok.connect ngrok.forward @ngrok/ngrok.connect @ngrok/ngrok.forward".split(), _named("ngrok")),
    "localtunnel": _named("lt", "--port"),
    **dict.fromkeys(("stream.pipeline", "stream/promises.pipeline", "stream.promises.pipeline"), _pipeline),
    "dns.lookup": _lookup,
    "dns.resolve": _lookup,
    "dns.resolveTxt": _lookup,
}  # fmt: skip
