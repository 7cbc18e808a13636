"""SSH spoken by libraries: sessions, forwards and remote commands of paramiko, asyncssh, fabric and others.

Sources: the documentation of paramiko (`Transport.request_port_forward`), asyncssh
(`SSHClientConnection.forward_remote_port`), fabric (`Connection.forward_remote`), plumbum, sshtunnel.
"""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.apis.network import address_of
from auditor.read.python.call import Call
from auditor.read.python.objects import NONE, DictObj, External, ListObj, PyValue, TupleObj
from auditor.read.values import EMPTY, Known, Text, Value, alternatives, as_text, known_text, unknown

Handler = Callable[[Call], PyValue]


def _open(call: Call, user: PyValue | None, host: PyValue, port: PyValue | None) -> None:
    words = [
        value if value is not None and known_text(call.machine.scalar(value)) != "None" else None
        for value in (user, port)
    ]
    name, number = words
    text = known_text(call.machine.scalar(host))
    if name is None and text and "@" in text:
        login, _, text = text.rpartition("@")
        name, host = Known(login), Known(text)
    if number is None and text and text.count(":") == 1 and text.rpartition(":")[2].isdigit():
        text, _, digits = text.rpartition(":")
        host, number = Known(text), Known(int(digits))
    call.emit("ssh.open", name or EMPTY, host, number or Known(22))


def _paramiko_connect(call: Call) -> PyValue:
    _open(call, call.get(2, "username"), call.arg(0, "hostname"), call.get(1, "port"))
    return NONE


def _proxy_command(call: Call) -> PyValue:
    call.shell(call.arg(0, "command_line"))
    return call.result()


def _transport(call: Call) -> PyValue:
    """`paramiko.Transport((host, port))`."""
    made = call.result()
    target = call.arg(0, "sock")
    if isinstance(target, TupleObj | ListObj):
        host, port = address_of(call, target)
        made.state["peer"] = TupleObj((host, port))
    return made


def _transport_connect(call: Call) -> PyValue:
    peer = call.receiver.state.get("peer")
    host, port = peer.items if isinstance(peer, TupleObj) else (unknown(Source.UNKNOWN), None)
    _open(call, call.get(1, "username"), host, port)
    return NONE


def _request_port_forward(call: Call) -> PyValue:
    call.emit("ssh.forward", "remote", call.word(0, "address"), call.word(1, "port"))
    return call.word(1, "port")


def _global_request(call: Call) -> PyValue:
    kind = call.machine.known(call.get(0, "kind") or call.arg(0, "request"))
    if kind in ("tcpip-forward", b"tcpip-forward"):
        given = call.get(1, "data")
        items = call.items(given) if given is not None else []
        call.emit("ssh.forward", "remote", *[call.machine.word(item) for item in items[:2]])
    return NONE


def _open_channel(call: Call) -> PyValue:
    if call.text(0, "kind") == "direct-tcpip":
        host, port = address_of(call, call.arg(1, "dest_addr"))
        call.emit("ssh.forward", "local", host, port)
    return call.result()


def _remote(call: Call) -> PyValue:
    """A command for the other side: read as bash, since it is what that side will do."""
    run_remote(call, call.arg(0, "command"))
    outcome = call.machine.evaluation.fresh(Source.COMMAND)
    stream = External("ssh.stream", call.callee, hole=outcome.hole)
    return TupleObj((stream, stream, stream)) if call.callee.path.endswith("exec_command") else stream


def run_remote(call: Call, command: PyValue) -> None:
    """Read a command that another machine will run."""
    value = as_text(call.machine.word(command))
    for single in alternatives(value):
        if isinstance(single, Known | Text):
            context = call.machine.child(call.node, environment={}, socket=None)
            call.machine.evaluation.run_code(
                Language.BASH, single, context, made_by=call.callee.path.rpartition(".")[2]
            )


def _asyncssh_connect(call: Call) -> PyValue:
    _open(call, call.get(None, "username"), call.arg(0, "host"), call.get(1, "port"))
    proxy = call.get(None, "proxy_command")
    if proxy is not None:
        call.shell(proxy)
    return External("asyncssh.connect()", call.callee, call.args, call.kwargs)


def _asyncssh_reverse(call: Call) -> PyValue:
    _open(call, None, call.arg(0, "host"), call.get(1, "port"))
    call.emit("ssh.forward", "remote", "reverse-session")
    return call.result()


def _forward(kind: str, count: int) -> Handler:
    """Handle a forward whose first `count` arguments say what is forwarded."""

    def handler(call: Call) -> PyValue:
        if _is_own_machine(call):
            return call.result()
        words: list[PyValue] = [call.machine.word(value) for value in call.args[:count]]
        words += [call.machine.word(value) for name, value in call.kwargs.items() if name in _SPECIFIC]
        call.emit("ssh.forward", kind, *words)
        return call.result()

    return handler


def _is_own_machine(call: Call) -> bool:
    """Whether the session goes to this very machine: a forward from it to itself opens no way in."""
    session = call.callee.ancestor("asyncssh.connect()")
    if session is None:
        return False
    host = Call(call.machine, session, session.args, session.kwargs, None, call.node).arg(0, "host")
    return known_text(call.machine.scalar(host)) in {"127.0.0.1", "localhost", "::1"}


_SPECIFIC = frozenset(
    "listen_host listen_port dest_host dest_port listen_path dest_path remote_port local_port remote_host local_host "
    "remote_bind_address local_bind_address port address bind_address".split()
)


def _fabric_connection(call: Call) -> PyValue:
    return External("fabric.Connection()", call.callee, call.args, call.kwargs)


def _fabric_open(call: Call) -> None:
    """Record the session of a fabric connection, where its first use stands."""
    here = call.callee.ancestor("fabric.Connection()")
    if here is not None:
        inner = Call(call.machine, here, here.args, here.kwargs, None, call.node)
        _open(call, inner.get(1, "user"), inner.arg(0, "host"), inner.get(2, "port"))


def _fabric_run(call: Call) -> PyValue:
    _fabric_open(call)
    run_remote(call, call.arg(0, "command"))
    return call.result()


def _fabric_local(call: Call) -> PyValue:
    outcome = call.shell(call.arg(0, "command"))
    return call.result(stdout=outcome.stdout)


def _fabric_forward(kind: str) -> Handler:
    def handler(call: Call) -> PyValue:
        _fabric_open(call)
        port = call.word(0, "remote_port" if kind == "remote" else "local_port")
        names = ("remote_host", "local_host", "local_port") if kind == "remote" else ("remote_host", "remote_port")
        extra: list[Value] = [call.machine.word(call.kwargs[name]) for name in names if name in call.kwargs]
        if len(call.args) > 1:
            extra.append(call.machine.word(call.args[1]))  # the port on the other end
        call.emit("ssh.forward", kind, port, *extra)
        return call.result()

    return handler


def _sshtunnel(call: Call) -> PyValue:
    """`sshtunnel` forwards local ports only: its `remote_bind_address` is where they lead."""
    target = call.arg(0, "ssh_address_or_host")
    host, port = (
        address_of(call, target) if isinstance(target, TupleObj | ListObj) else (target, call.get(None, "ssh_port"))
    )
    _open(call, call.get(None, "ssh_username"), host, port)
    bound = call.get(None, "remote_bind_address")
    words = address_of(call, bound) if bound is not None else ()
    call.emit("ssh.forward", "local", *words)
    return call.result()


def _pxssh_login(call: Call) -> PyValue:
    _open(call, call.get(1, "username"), call.arg(0, "server"), call.get(None, "port"))
    tunnels = call.get(None, "ssh_tunnels")
    if isinstance(tunnels, DictObj):
        for kind in ("local", "remote", "dynamic"):
            given = tunnels.entries.get(kind)
            for spec in call.items(given) if given is not None else []:
                call.emit("ssh.forward", kind, call.machine.word(spec))
    return Known(True)


def _plumbum_machine(call: Call) -> PyValue:
    _open(call, call.get(1, "user"), call.arg(0, "host"), call.get(2, "port"))
    return call.result()


def _plumbum_tunnel(call: Call) -> PyValue:
    is_reverse = call.flag("reverse") is not False
    call.emit("ssh.forward", "remote" if is_reverse else "local", call.word(0), call.word(1))
    return call.result()


def _netmiko(call: Call) -> PyValue:
    _open(
        call,
        call.get(None, "username"),
        call.arg(None, "host") if "host" in call.kwargs else call.arg(None, "ip"),
        call.get(None, "port"),
    )
    return call.result()


_CONNECTIONS = ("fabric.Connection()", "fabric2.Connection()", "fabric.connection.Connection()")
_SESSIONS = ("paramiko.SSHClient()", "paramiko.client.SSHClient()")

CALLS: dict[str, Handler] = {
    **{f"{session}.connect": _paramiko_connect for session in _SESSIONS},
    **{f"{session}.exec_command": _remote for session in _SESSIONS},
    "paramiko.ProxyCommand": _proxy_command,
    "paramiko.proxy.ProxyCommand": _proxy_command,
    "paramiko.Transport": _transport,
    "paramiko.transport.Transport": _transport,
    "paramiko.Transport().connect": _transport_connect,
    "asyncssh.connect": _asyncssh_connect,
    "asyncssh.connect_reverse": _asyncssh_reverse,
    "asyncssh.connect().run": _remote,
    "asyncssh.connect().create_process": _remote,
    "asyncssh.connect().create_server": _forward("remote", 3),
    "asyncssh.connect().start_server": _forward("remote", 3),
    **dict.fromkeys([made.removesuffix("()") for made in _CONNECTIONS], _fabric_connection),
    **{f"{made}.{name}": _fabric_run for made in _CONNECTIONS for name in ("run", "sudo")},
    **{f"{made}.local": _fabric_local for made in _CONNECTIONS},
    **{f"{made}.forward_remote": _fabric_forward("remote") for made in _CONNECTIONS},
    **{f"{made}.forward_local": _fabric_forward("local") for made in _CONNECTIONS},
    "sshtunnel.SSHTunnelForwarder": _sshtunnel,
    "sshtunnel.open_tunnel": _sshtunnel,
    "pexpect.pxssh.pxssh().login": _pxssh_login,
    "plumbum.SshMachine": _plumbum_machine,
    "plumbum.machines.SshMachine": _plumbum_machine,
    "plumbum.SshMachine().tunnel": _plumbum_tunnel,
    "plumbum.machines.SshMachine().tunnel": _plumbum_tunnel,
    "netmiko.ConnectHandler": _netmiko,
}
METHODS: dict[str, Handler] = {
    "request_port_forward": _request_port_forward,
    "global_request": _global_request,
    "sendGlobalRequest": _global_request,
    "open_channel": _open_channel,
    "exec_command": _remote,
    "forward_remote_port": _forward("remote", 4),
    "forward_remote_path": _forward("remote", 2),
    "forward_remote_port_to_path": _forward("remote", 3),
    "forward_remote_path_to_port": _forward("remote", 3),
    "forward_remote": _fabric_forward("remote"),
    "forward_local_port": _forward("local", 4),
    "forward_socks": _forward("dynamic", 2),
    "forward_tun": _forward("tun", 1),
    "forward_tap": _forward("tun", 1),
    "listen_forward": _forward("remote", 2),
    "forward_listen": _forward("remote", 1),
    "forward_listen_ex": _forward("remote", 2),
    "listen_remote": _forward("remote", 1),
}
