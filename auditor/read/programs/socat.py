"""The normal form of socat: what its two addresses connect, accept or run.

Source: socat(1), http://www.dest-unreach.org/socat/doc/socat.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from auditor.model.word import Source
from auditor.read.programs.grammar import Grammar
from auditor.read.programs.normal import Normal, plain_form
from auditor.read.programs.pieces import masked, search, split, unmasked
from auditor.read.programs.sockets import Effect, End, tied
from auditor.read.values import Known, OneOf, Value, alternatives, unknown

_EVERYWHERE = Known("0.0.0.0")  # noqa: S104  a word of an effect; nothing is bound here
_CONNECT = re.compile(r"^(TCP|UDP|UDPLITE|SCTP|DCCP|OPENSSL|SSL|OPENSSL-DTLS)[46]?(-CONNECT|-SENDTO|-DATAGRAM)?$")
_LISTEN = re.compile(r"^(TCP|UDP|UDPLITE|SCTP|DCCP|OPENSSL|SSL|OPENSSL-DTLS)[46]?-(L|LISTEN|RECV|RECVFROM)$")
_PROXY = re.compile(r"^(PROXY|PROXY-CONNECT|SOCKS4A?|SOCKS5(-CONNECT)?)$")
_RUN = re.compile(r"^(EXEC|SYSTEM|SHELL)$")


def socat_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the form of socat; a shell on one side of a socket on the other has its input and output tied to it."""
    normal = plain_form(program, grammar, arguments)
    operands = normal.parsed.operands[:2] if normal.parsed else ()
    ends: list[End] = []
    commands: list[Value] = []
    for operand in operands:
        for single in alternatives(operand):
            for address in split(single, r"!!", 1):
                _read(address, ends, commands)
    effects: list[Effect] = [end.effect for end in ends]
    for end in ends:
        for command in commands:
            effects += tied(command, end)
    return replace(
        normal,
        effects=tuple(dict.fromkeys(effects)),
        commands=tuple(commands),
        socket=(ends[0].host, ends[0].port) if ends and commands else None,
    )


def _read(address: Value, ends: list[End], commands: list[Value]) -> None:
    if isinstance(address, OneOf):
        return
    text, holes = masked(address)
    kind, _, rest = text.partition(":")
    name = kind.strip().upper()
    if _RUN.match(name):
        commands.append(unmasked(_unquoted(_parameters(rest)), holes, address))
        return
    parameters = _parameters(rest)
    if _LISTEN.match(name):
        bind = search(address, r"(?i),bind=([^,]+)")
        ends.append(End(_protocol(name), bind or _EVERYWHERE, unmasked(parameters, holes, address), listens=True))
        return
    fields = re.findall(r"\[[^\]]*\]|[^:]+", parameters)
    if _PROXY.match(name):
        fields = fields[1:]
    elif not _CONNECT.match(name):
        return
    port = unmasked(fields[1], holes, address) if len(fields) > 1 else unknown(Source.UNKNOWN)
    if fields:
        ends.append(End(_protocol(name), unmasked(fields[0].strip("[]"), holes, address), port))


def _protocol(name: str) -> str:
    return "udp" if name.startswith(("UDP", "OPENSSL-DTLS")) else "sctp" if name.startswith("SCTP") else "tcp"


def _parameters(rest: str) -> str:
    """Give an address's parameters without the options after the first comma that is not quoted or escaped."""
    quote = ""
    position = 0
    while position < len(rest):
        letter = rest[position]
        if letter == "\\":
            position += 1
        elif quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == ",":
            return rest[:position]
        position += 1
    return rest


def _unquoted(text: str) -> str:
    """Take off quotes around the whole, and backslashes before commas and colons."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and text[0] not in text[1:-1]:
        text = text[1:-1]
    return re.sub(r"\\([,:!\"'])", r"\1", text)
