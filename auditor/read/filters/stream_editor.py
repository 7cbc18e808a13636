"""`sed` on known text: substitution, transliteration, deletion and printing of addressed lines.

Takes a script of sed and text, gives the edited text. Branches, files and execution (`e`) are
refused; a refused script's output is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from auditor.read.filters.sed_script import Command, Reader
from auditor.read.filters.streams import CannotFold, Options, Streams, lines_of, options_of

_MOST_STEPS = 200_000


def sed(arguments: Sequence[str], streams: Streams) -> str:
    """`sed [-n] [-E] SCRIPT [FILE]`."""
    options = options_of(arguments, "e f l expression file", joined="i")
    options.only(
        "-n", "-e", "-E", "-r", "-s", "-u", "-z", "--expression", "--quiet", "--silent", "--regexp-extended", "--posix"
    )
    if options.has("-z"):
        raise CannotFold("sed -z")
    scripts, paths = scripts_of(options)
    text = streams.read_all(paths)
    program = Reader("\n".join(scripts), options.has("-E", "-r", "--regexp-extended"), text).program()
    return _run(program, text, quiet=options.has("-n", "--quiet", "--silent"))


def scripts_of(options: Options) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give sed's scripts and its files."""
    scripts = options.every("-e", "--expression")
    if scripts:
        return scripts, options.operands
    if not options.operands:
        raise CannotFold("sed without a script")
    return options.operands[:1], options.operands[1:]


def _run(program: Sequence[Command], text: str, *, quiet: bool) -> str:
    lines = lines_of(text)
    if len(lines) * max(len(program), 1) > _MOST_STEPS:
        raise CannotFold("too many lines")
    output: list[str] = []
    hold = ""
    is_open = False  # the last piece is the last line, which had no newline
    for index, line in enumerate(lines, start=1):
        is_last = index == len(lines)
        cycle = _Cycle(line, hold, index, is_last)
        cycle.run(program)
        if not cycle.is_deleted and not quiet:
            cycle.output.append(cycle.line)
        is_line = bool(cycle.output) and cycle.output[-1] == cycle.line and not cycle.after
        output += [*cycle.output, *cycle.after]
        hold = cycle.hold
        is_open = is_last and is_line and not text.endswith("\n")
        if cycle.is_ended:
            break
    joined = "".join(piece + "\n" for piece in output)
    return joined[:-1] if is_open else joined


@dataclass(slots=True)
class _Cycle:
    """One line on its way through the commands."""

    line: str
    hold: str
    index: int
    is_last: bool
    output: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    is_deleted: bool = False
    is_ended: bool = False

    def run(self, program: Sequence[Command]) -> None:
        """Apply the commands in order, until one ends the cycle."""
        for command in program:
            if command.applies(self.line, self.index, self.is_last) and not self._apply(command):
                return

    def _apply(self, command: Command) -> bool:
        """Apply one command; False ends the cycle."""
        name = command.name
        if command.edit is not None:
            edited = command.edit(self.line)
            if edited != self.line and command.prints:
                self.output.append(edited)
            self.line = edited
        elif name in "dc":
            self.output += [command.text] if name == "c" else []
            self.is_deleted = True
            return False
        elif name in "pi=":
            self.output.append({"p": self.line, "i": command.text, "=": str(self.index)}[name])
        elif name == "a":
            self.after.append(command.text)
        elif name in "qQ":
            self.is_ended, self.is_deleted = True, name == "Q"
            return False
        else:
            self.line, self.hold = _held(name, self.line, self.hold)
        return True


def _held(name: str, line: str, hold: str) -> tuple[str, str]:
    if name == "x":
        return hold, line
    if name == "h":
        return line, line
    if name == "H":
        return line, f"{hold}\n{line}"
    return (hold, hold) if name == "g" else (f"{line}\n{hold}", hold)
