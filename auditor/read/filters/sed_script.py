"""Scripts of sed: addresses and commands, read into values that `stream_editor.py` runs.

Takes a script's text, gives its commands. Branches, files, execution and blocks are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from auditor.read.filters.formatting import unescaped
from auditor.read.filters.patterns import check_work, compiled
from auditor.read.filters.streams import CannotFold, number_of

_MOST_COMMANDS = 200
Edit = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Address:
    """A line number (0: the last line), an expression, or a step."""

    number: int | None = None
    pattern: re.Pattern[str] | None = None
    step: int = 0

    def matches(self, line: str, index: int, is_last: bool) -> bool:
        """Whether a line is the one addressed."""
        if self.pattern is not None:
            return self.pattern.search(line) is not None
        if self.step:
            first = self.number or 0
            return index >= first and (index - first) % self.step == 0
        return is_last if self.number == 0 else index == self.number


@dataclass(slots=True)
class Command:
    """One command, with the lines it applies to; `is_active` while inside a range."""

    name: str
    first: Address | None
    second: Address | None
    negated: bool
    text: str = ""
    edit: Edit | None = None
    prints: bool = False
    is_active: bool = False

    def applies(self, line: str, index: int, is_last: bool) -> bool:
        """Whether the command applies to a line; follows ranges."""
        if self.first is None:
            return True
        if self.second is None:
            return self.first.matches(line, index, is_last) != self.negated
        if self.is_active:
            ends = self.second.matches(line, index, is_last)
            is_past = self.second.number not in {None, 0} and index > (self.second.number or 0)
            self.is_active = not (ends or is_past)
            return (not is_past) != self.negated
        if self.first.matches(line, index, is_last):
            self.is_active = not (self.second.number not in {None, 0} and index >= (self.second.number or 0))
            return not self.negated
        return self.negated


class Reader:
    """Reads a script of sed."""

    def __init__(self, source: str, extended: bool, text: str) -> None:
        self.source = source
        self.extended = extended
        self.text = text
        self.at = 0

    def program(self) -> list[Command]:
        """Give all commands, in order."""
        commands: list[Command] = []
        while True:
            self._skip(" \t\n;")
            if self.at >= len(self.source):
                return commands
            if self.source[self.at] == "#":
                self.at = (self.source + "\n").find("\n", self.at)
                continue
            if len(commands) >= _MOST_COMMANDS:
                raise CannotFold("a long script")
            commands.append(self._command())

    def _skip(self, letters: str) -> None:
        while self.at < len(self.source) and self.source[self.at] in letters:
            self.at += 1

    def _command(self) -> Command:
        first = self._address()
        second = None
        self._skip(" ")
        if first is not None and self.source[self.at : self.at + 1] == ",":
            self.at += 1
            self._skip(" ")
            second = self._address()
            if second is None:
                raise CannotFold("an address")
        self._skip(" ")
        negated = self.source[self.at : self.at + 1] == "!"
        self.at += negated
        self._skip(" ")
        name = self.source[self.at : self.at + 1]
        self.at += 1
        command = Command(name, first, second, negated)
        if name == "s":
            self._substitution(command)
        elif name == "y":
            source, target = (unescaped(part)[0] for part in self._parts(2))
            if len(source) != len(target):
                raise CannotFold("y of unequal length")
            table = str.maketrans(source, target)
            command.edit = lambda line: line.translate(table)
        elif name in {"a", "i", "c"}:
            end = (self.source + "\n").find("\n", self.at)
            rest = self.source[self.at : end]
            if rest.strip() == "\\":
                start = end + 1
                end = (self.source + "\n").find("\n", start)
                rest = self.source[start:end]
            command.text = unescaped(re.sub(r"^\s*\\?", "", rest))[0]
            self.at = end
        elif not name or name not in "dpqQ=hHgGx":
            raise CannotFold(f"the command {name} of sed")
        else:
            self._skip(" ")
            if self.at < len(self.source) and self.source[self.at] not in ";\n":
                raise CannotFold("an argument of sed")
        return command

    def _address(self) -> Address | None:
        rest = self.source[self.at :]
        if found := re.match(r"(\d{1,9})(?:~(\d{1,9}))?", rest):
            self.at += found.end()
            return Address(int(found[1]), step=int(found[2] or 0))
        if rest.startswith("$"):
            self.at += 1
            return Address(0)
        if rest.startswith(("/", "\\")):
            self.at += rest.startswith("\\")
            (pattern,) = self._parts(1)
            ignores = self.source[self.at : self.at + 1] == "I"
            self.at += ignores
            return Address(pattern=self._compiled(pattern, ignores))
        return None

    def _parts(self, count: int) -> list[str]:
        """Read pieces between the delimiter that stands here."""
        delimiter = self.source[self.at : self.at + 1]
        if not delimiter or delimiter in "\\\n":
            raise CannotFold("a delimiter")
        self.at += 1
        parts: list[str] = []
        piece = ""
        in_bracket = False
        while self.at < len(self.source):
            letter = self.source[self.at]
            if letter == "\\" and self.at + 1 < len(self.source):
                following = self.source[self.at + 1]
                piece += (
                    following if following == delimiter and delimiter not in "|+?(){}.*^$[]" else letter + following
                )
                self.at += 2
                continue
            self.at += 1
            if letter == "[" and not parts and count != 1:
                in_bracket = True
            elif letter == "]":
                in_bracket = False
            if letter == delimiter and not in_bracket:
                parts.append(piece)
                piece = ""
                if len(parts) == count:
                    return parts
            else:
                piece += letter
        raise CannotFold("an open expression")

    def _compiled(self, pattern: str, ignores_case: bool) -> re.Pattern[str]:
        matcher = compiled(pattern, extended=self.extended, ignores_case=ignores_case)
        check_work(matcher, self.text)
        return matcher

    def _substitution(self, command: Command) -> None:
        pattern, replacement = self._parts(2)
        found = re.match(r"[gpiIm0-9]*", self.source[self.at :])
        flags = found[0] if found else ""
        self.at += len(flags)
        if self.source[self.at : self.at + 1] in {"e", "w"}:
            raise CannotFold("s///e")
        matcher = self._compiled(pattern, "i" in flags.lower())
        number = re.search(r"\d+", flags)
        which = number_of(number[0]) if number else 1
        pieces = _replacement(replacement)
        everywhere = "g" in flags

        def edit(line: str) -> str:
            output: list[str] = []
            end = 0
            for count, match in enumerate(matcher.finditer(line), start=1):
                if count < which:
                    continue
                output += [line[end : match.start()], _filled(pieces, match)]
                end = match.end()
                if not everywhere:
                    break
            return "".join(output) + line[end:]

        command.edit = edit
        command.prints = "p" in flags


def _replacement(text: str) -> list[str | int]:
    """Split a replacement into text and group numbers; `&` is group 0. Case changes are refused."""
    pieces: list[str | int] = []
    index = 0
    while index < len(text):
        letter = text[index]
        following = text[index + 1 : index + 2]
        if letter == "\\" and following.isdigit() and following.isascii():
            pieces.append(int(following))
            index += 2
        elif letter == "\\" and following and following in "LUElu":
            raise CannotFold("a change of case")
        elif letter == "\\" and following:
            code = re.match(r"\\(?:x[0-9a-fA-F]{1,2}|o[0-7]{1,3}|d\d{1,3}|[nt])", text[index:])
            if code is None:
                pieces.append(following)
                index += 2
                continue
            digits = code[0][2:]
            pieces.append(
                {"n": "\n", "t": "\t"}.get(code[0][1])
                or chr(int(digits, {"x": 16, "o": 8, "d": 10}[code[0][1]]) & 0xFF)
            )
            index += code.end()
        else:
            pieces.append(0 if letter == "&" else letter)
            index += 1
    return pieces


def _filled(pieces: Sequence[str | int], match: re.Match[str]) -> str:
    output = []
    for piece in pieces:
        if isinstance(piece, int):
            if piece > (match.re.groups or 0):
                raise CannotFold("a group that is not there")
            output.append(match[piece] or "")
        else:
            output.append(piece)
    return "".join(output)
