"""Effects of programs that carry bytes between a socket and another program.

Takes hosts, ports and commands as values, gives effect lines. A shell, or a program that is not
known, at a socket's other end is `process.stdio socket`.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from auditor.read.programs.pieces import head_of
from auditor.read.values import Known, Unknown, Value, alternatives

Effect = tuple[Value | str, ...]

SHELLS = frozenset(
    "sh bash dash zsh ksh mksh pdksh ash fish csh tcsh rbash busybox toybox cmd cmd.exe powershell powershell.exe pwsh "
    "python python2 python3 perl ruby lua node php login su sudo script".split()
)
_PREFIXES = re.compile(r"(?:(?:exec|env|nohup|setsid|command|nice|stdbuf\s+\S+|-\S+|\w+=\S*)\s+)*")


@dataclass(frozen=True, slots=True)
class End:
    """One end of a socket: where it goes or where it listens."""

    protocol: str
    host: Value
    port: Value
    listens: bool = False

    @property
    def effect(self) -> Effect:
        """The effect of opening it."""
        return ("net.listen" if self.listens else "net.connect", self.protocol, self.host, self.port)


def tied(command: Value, end: End) -> tuple[Effect, ...]:
    """Give the effect of tying a command's input and output to a socket, if the command is a shell or unknown."""
    if any(is_shell(single) for single in alternatives(command)):
        return (("process.stdio", "socket", end.host, end.port),)
    return ()


def is_shell(command: Value) -> bool:
    """Whether a command line starts a shell or an interpreter, or may: an unknown program counts."""
    if isinstance(command, Unknown):
        return True
    head = head_of(command).strip()
    head = head[_PREFIXES.match(head).end() :] if _PREFIXES.match(head) else head  # type: ignore[union-attr]
    if not head:
        return not isinstance(command, Known)
    name = posixpath.basename(re.split(r"[\s;|&<>]", head, maxsplit=1)[0].strip("'\"").replace("\\", "/"))
    return name in SHELLS or re.sub(r"[\d.]+$", "", name) in SHELLS
