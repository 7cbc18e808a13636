"""The normal forms of nc, ncat, telnet and openssl: connections, listeners, and programs tied to them.

Sources: nc(1) of OpenBSD and of the original, ncat(1), telnet(1), openssl-s_client(1), openssl-s_server(1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auditor.model.word import Source
from auditor.read.programs.grammar import Grammar, Parsed
from auditor.read.programs.normal import Former, Normal, plain_form
from auditor.read.programs.pieces import search
from auditor.read.programs.sockets import Effect, End, tied
from auditor.read.values import Known, Value, known_text, unknown

_EVERYWHERE = Known("0.0.0.0")  # noqa: S104  a word of an effect; nothing is bound here
_EXECUTING = ("-e", "-c", "--lua-exec")


def netcat_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the form of nc or ncat."""
    normal = plain_form(program, grammar, arguments)
    parsed = normal.parsed
    if parsed is None or parsed.has("-U", "-h", "--version"):
        return normal
    operands = list(parsed.operands)
    commands = list(parsed.every(*_EXECUTING))
    if commands and parsed.has("-c") and not parsed.has("-e", "-l") and len(operands) == 1 and _is_port(operands[0]):
        # OpenBSD's nc has a flag -c (TLS): `nc -c host 443`
        operands = [commands.pop(0), *operands]
    end = _end(parsed, operands)
    if end is None:
        return replace(normal, commands=tuple(commands))
    effects: list[Effect] = [end.effect]
    for command in commands:
        effects += tied(command, end)
    return replace(
        normal,
        effects=tuple(effects),
        commands=tuple(commands),
        socket=(end.host, end.port) if commands else None,
    )


def _end(parsed: Parsed, operands: Sequence[Value]) -> End | None:
    protocol = "udp" if parsed.has("-u") else "sctp" if parsed.has("--sctp") else "tcp"
    source_port = parsed.last("-p")
    if parsed.has("-l"):
        port = source_port or (operands[-1] if operands else Known("31337"))
        given = operands[:1] if (len(operands) > 1 or (source_port and operands)) else []
        address = (given or [parsed.last("-s") or _EVERYWHERE])[0]
        return End(protocol, address, port, listens=True)
    if not operands:
        return None
    port = operands[1] if len(operands) > 1 else unknown(Source.UNKNOWN)
    return End(protocol, operands[0], port)


def _is_port(value: Value) -> bool:
    text = known_text(value)
    return text is None or text.isdigit()


def telnet_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the form of telnet."""
    normal = plain_form(program, grammar, arguments)
    operands = normal.parsed.operands if normal.parsed else ()
    if not operands:
        return normal
    port = operands[1] if len(operands) > 1 else Known("23")
    return replace(normal, effects=(End("tcp", operands[0], port).effect,))


def openssl_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the form of openssl: s_client connects, s_server listens."""
    normal = plain_form(program, grammar, arguments)
    parsed = normal.parsed
    if parsed is None or parsed.path[:1] not in (("s_client",), ("s_server",)):
        return normal
    if parsed.path[0] == "s_server":
        port = parsed.last("-accept", "-port") or Known("4433")
        port = search(port, r":(\d+)$") or port
        return replace(normal, effects=(End("tcp", _EVERYWHERE, port, listens=True).effect,))
    target = parsed.last("-connect") or (parsed.rest[0] if parsed.rest else None)
    host: Value | None = parsed.last("-host")
    given: Value | None = parsed.last("-port")
    if target is not None:
        host = search(target, r"^(.*?)(?::[^:\]]*)?$") or target
        given = search(target, r":([^:\]]+)$")
    if host is None:
        return normal
    return replace(normal, effects=(End("tcp", host, given or Known("4433")).effect,))


NETCATS: dict[str, Former] = {
    "nc": netcat_form,
    "ncat": netcat_form,
    "telnet": telnet_form,
    "openssl": openssl_form,
}
