"""zsh's own connections: `ztcp` of its module zsh/net/tcp.

Takes the shell and expanded arguments; the connection becomes a descriptor whose number is in REPLY,
so that what is run over it is seen as such (https://zsh.sourceforge.io/Doc/Release/Zsh-Modules.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.model.word import Source
from auditor.read.shell.memory import Stream
from auditor.read.values import Known, Value, known_text

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell


def ztcp(shell: Shell, arguments: tuple[Value, ...]) -> None:
    """`ztcp HOST PORT`, `ztcp -l PORT`, `ztcp -a DESCRIPTOR`; `-d` names the new descriptor."""
    rest, flags, wanted = list(arguments), "", None
    while rest and (text := known_text(rest[0]) or "").startswith("-"):
        rest.pop(0)
        flags += text[1:]
        if "d" in text and rest:
            wanted = known_text(rest.pop(0))
    place = shell.place()
    shell.evaluation.emit("ztcp", *arguments, place=place)
    shell.status = 0
    if "c" in flags or not rest:
        return
    socket: tuple[Value, Value]
    if "l" in flags:
        socket = (Known("0.0.0.0"), rest[0])  # noqa: S104
        shell.evaluation.emit("net.listen", "tcp", *socket, place=place)
    elif "a" in flags:
        listening = shell.memory.streams.get(int((known_text(rest[0]) or "")[:6]) if _is_number(rest[0]) else -1)
        if listening is None or listening.socket is None:
            return
        socket = listening.socket
    else:
        socket = (rest[0], rest[1] if len(rest) > 1 else Known("23"))
        shell.evaluation.emit("net.connect", "tcp", *socket, place=place)
    shell.shared.numbers += 1
    number = int(wanted[:6]) if wanted is not None and wanted.isdecimal() else shell.shared.numbers
    shell.memory.streams[number] = Stream(content=shell.evaluation.fresh(Source.NETWORK), socket=socket)
    shell.assign("REPLY", Known(str(number)))


def _is_number(value: Value) -> bool:
    return (known_text(value) or "").isdecimal()
