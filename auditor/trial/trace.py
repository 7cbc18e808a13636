r"""Reading strace's log: lines become system calls, with processes and their descent.

Takes lines as `strace -f -ttt -y -s N` writes them (strace 6.1), gives `Call`s in the order in
which they ended. Survives calls that are interrupted by other processes
(`<unfinished ...>`, `<... NAME resumed>`), calls that never return, and hostile names: strace
writes every byte outside printable ASCII as an octal escape, so a line is always one line.
What does not parse is counted, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_LINE = re.compile(r"(\d+) +(\d+\.\d+) (.*)", re.DOTALL)
_UNFINISHED = " <unfinished ...>"
_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
_CALL = re.compile(r"(\w+)\((.*)", re.DOTALL)
_RESULT = re.compile(r"(-?\d+|0x[0-9a-f]+|\?)(?:<((?:[^<>\\]|\\.)*)>)?(?: (E[A-Z0-9]+))?(.*)", re.DOTALL)
_SUPERSEDED = re.compile(r"\+\+\+ superseded by execve in pid (\d+) \+\+\+")
FORKS = frozenset({"clone", "clone3", "fork", "vfork"})
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|x[0-9a-fA-F]{2}|[abfnrtve\"'\\])")
_LETTERS = {
    b"a": 7, b"b": 8, b"f": 12, b"n": 10, b"r": 13, b"t": 9, b"v": 11, b"e": 27, b'"': 34, b"'": 39, b"\\": 92,
}  # fmt: skip
_HELD = re.compile(r"^\d+<((?:[^<>\\]|\\.)*)>")
_MOST_PENDING = 4_096


@dataclass(frozen=True, slots=True)
class Call:
    """One system call. `arguments` are strace's words as written, split at the top level; `result` is None for `?`.

    `error` is the errno's name. `child` is the new process of a fork, as the script numbers it until
    `descent.numbered` has put the tracer's number there.
    """

    pid: int
    moment: float  # seconds since the epoch
    name: str
    arguments: tuple[str, ...]
    result: int | None
    error: str = ""
    injected: bool = False
    child: int | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the call returned without an error."""
        return self.result is not None and self.result >= 0 and not self.error


@dataclass(frozen=True, slots=True)
class Ended:
    """A process ended, by itself or by a signal."""

    pid: int
    moment: float
    how: str


@dataclass(slots=True)
class TraceReader:
    """Turns lines into events; keeps who is alive, and whether somebody was born who has not been seen yet."""

    alive: set[int] = field(default_factory=set)
    """Who has been seen and has not ended."""
    seen: set[int] = field(default_factory=set)
    forks: int = 0
    """How many processes and threads were begun, as far as their parents could tell."""
    unparsed: int = 0
    cut_short: set[str] = field(default_factory=set)
    """Names of the calls in which processes were when they were killed."""
    _pending: dict[int, tuple[float, str]] = field(default_factory=dict)

    @property
    def is_forking(self) -> bool:
        """Whether somebody is within a call that makes a process: its child may live, or have ended, already."""
        return any(text.partition("(")[0] in FORKS for _, text in self._pending.values())

    def feed(self, lines: Iterable[str]) -> Iterator[Call | Ended]:
        """Give the events of some lines."""
        for line in lines:
            event = self.event(line.rstrip("\n"))
            if event is not None:
                yield event

    def event(self, line: str) -> Call | Ended | None:
        """Give the event that a line completes, if it does."""
        match = _LINE.fullmatch(line)
        if match is None:
            self.unparsed += bool(line.strip())
            return None
        pid, moment, rest = int(match[1]), float(match[2]), match[3]
        self.seen.add(pid)
        if rest.startswith("+++ "):
            return self._end(pid, moment, rest)
        if rest.startswith(("--- ", "strace: ")):
            return None
        self.alive.add(pid)
        if rest.endswith(_UNFINISHED):
            if len(self._pending) < _MOST_PENDING:
                self._pending[pid] = (moment, rest.removesuffix(_UNFINISHED))
            return None
        resumed = _RESUMED.fullmatch(rest)
        if resumed is not None:
            moment, begun = self._pending.pop(pid, (moment, f"{resumed[1]}("))
            rest = begun + resumed[2]
        return self._call(pid, moment, rest)

    def pending(self) -> tuple[tuple[int, str], ...]:
        """Give the calls that have begun and not ended: process and text so far."""
        return tuple((pid, text) for pid, (_, text) in self._pending.items())

    def _end(self, pid: int, moment: float, rest: str) -> Ended:
        taken = _SUPERSEDED.fullmatch(rest)
        if taken is not None:  # a thread goes on under the number of its process
            self.alive.discard(int(taken[1]))
            self._pending.pop(int(taken[1]), None)
        else:
            self.alive.discard(pid)
            _, begun = self._pending.pop(pid, (0.0, ""))
            name = begun.partition("(")[0]
            if name:
                self.cut_short.add(name)
            self.forks += name in FORKS  # the child may have been made all the same
        return Ended(pid, moment, rest.strip("+ "))

    def _call(self, pid: int, moment: float, text: str) -> Call | None:
        match = _CALL.fullmatch(text)
        if match is None:
            self.unparsed += 1
            return None
        name = match[1]
        inside, found, after = match[2].rpartition(" = ")
        result = _RESULT.fullmatch(after) if found else None
        if result is None or not inside.rstrip().endswith(")"):
            self.unparsed += 1
            return None
        value = None if result[1] == "?" else int(result[1], 0)
        if value is None:
            self.cut_short.add(name)
        child = None
        if name in FORKS and not result[3]:
            self.forks += 1
            child = value or None
        arguments = tuple(split_arguments(inside.rstrip()[:-1]))
        return Call(pid, moment, name, arguments, value, result[3] or "", "(INJECTED)" in result[4], child)


def split_arguments(text: str) -> Iterator[str]:
    """Split at commas outside strings, brackets and `<path>` annotations, in one pass."""
    depth = 0
    start = index = 0
    while index < len(text):
        character = text[index]
        if character == '"':
            index = _end_of_string(text, index)
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "<" and index and text[index - 1].isalnum():
            closing = text.find(">", index)
            index = closing if closing != -1 else index
        elif character == "," and depth <= 0:
            yield text[start:index].strip()
            start = index + 1
        index += 1
    if text[start:].strip():
        yield text[start:].strip()


def string_of(argument: str) -> bytes | None:
    """Give the bytes of a quoted argument, as far as strace wrote them; None for anything else."""
    start = argument.find('"')
    if start == -1 or argument[:start].strip("@"):
        return None
    end = _end_of_string(argument, start)
    return unescape(argument[start + 1 : end])


def strings_of(argument: str) -> tuple[bytes, ...]:
    """Give the strings of an array argument such as execve's argv."""
    if not argument.startswith("["):
        return ()
    inner = argument[1:-1] if argument.endswith("]") else argument[1:]
    return tuple(item for item in map(string_of, split_arguments(inner)) if item is not None)


def start_of(call: Call) -> tuple[str, list[str]]:
    """Give the path and argv of an execve or execveat; a descriptor stands for the file that it holds."""
    at = 1 if call.name == "execveat" else 0
    path = (
        (string_of(call.arguments[at]) or b"").decode("utf-8", "backslashreplace") if len(call.arguments) > at else ""
    )
    if at and not path and (held := _HELD.match(call.arguments[0])) is not None:
        path = (
            unescape(held[1]).decode("utf-8", "backslashreplace").removesuffix(" (deleted)").removesuffix("(deleted)")
        )
    argv = strings_of(call.arguments[at + 1]) if len(call.arguments) > at + 1 else ()
    return path, [word.decode("utf-8", "backslashreplace") for word in argv]


def unescape(text: str) -> bytes:
    """Turn strace's escapes back into bytes."""
    return _ESCAPE.sub(_byte, text.encode("latin-1", "replace"))


def _byte(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if code[:1] == b"x":
        return bytes([int(code[1:], 16)])
    if code[:1].isdigit():
        return bytes([int(code, 8) & 0xFF])
    return bytes([_LETTERS[code]])


def _end_of_string(text: str, start: int) -> int:
    """Give the index of the quote that closes a string; the last index where none does."""
    index = start + 1
    while index < len(text):
        if text[index] == "\\":
            index += 1
        elif text[index] == '"':
            return index
        index += 1
    return len(text) - 1
