"""How an interpreter is called: the options that give code or name a module, the script, and what is left for it.

Takes an interpreter's name and arguments, gives a Call. Options of the interpreter end at the
script; those of Python also end at `-c` and `-m`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.read.programs.pieces import drop, head_of, is_whole
from auditor.read.values import Value


@dataclass(frozen=True, slots=True)
class Spec:
    """Options of an interpreter by letter: `takes` the next word, `joined` only what is joined to it."""

    inline: str = ""
    modules: str = ""
    files: str = ""
    takes: str = ""
    joined: str = ""
    long_inline: frozenset[str] = frozenset()
    long_takes: frozenset[str] = frozenset()
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """An interpreter's arguments, read. `letters` are the single-letter options seen, `loaded` what comes first."""

    codes: tuple[Value, ...] = ()
    module: Value | None = None
    files: tuple[Value, ...] = ()
    operands: tuple[Value, ...] = ()
    letters: str = ""
    loaded: tuple[Value, ...] = ()


SPECS: Mapping[str, Spec] = {
    "python": Spec(inline="c", modules="m", takes="WXQ", long_takes=frozenset({"--check-hash-based-pycs"}), ends=True),
    "perl": Spec(inline="eE", takes="I", joined="MmiFCdDVx"),
    "ruby": Spec(inline="e", takes="ICrE", joined="iFKTWx", long_takes=frozenset({"--encoding"})),
    "php": Spec(
        inline="rBRE",
        files="fF",
        takes="cdtzS",
        long_inline=frozenset({"--run", "--process-begin", "--process-code", "--process-end"}),
        long_takes=frozenset({"--define", "--php-ini", "--docroot", "--server"}),
    ),
    "lua": Spec(inline="e", takes="l"),
    "node": Spec(
        inline="ep",
        takes="rC",
        long_inline=frozenset({"--eval", "--print"}),
        long_takes=frozenset({"--require", "--import", "--loader", "--experimental-loader", "--conditions"}),
    ),
    "awk": Spec(
        inline="e",
        files="fE",
        takes="Fvil",
        joined="dopDLW",
        long_inline=frozenset({"--source"}),
        long_takes=frozenset({"--field-separator", "--assign", "--file", "--exec", "--include", "--load"}),
    ),
}


def read_call(spec: Spec, arguments: Sequence[Value]) -> Call:
    """Read an interpreter's arguments."""
    codes: list[Value] = []
    files: list[Value] = []
    loaded: list[Value] = []
    letters = ""
    index = 0
    while index < len(arguments):
        word = arguments[index]
        head = head_of(word)
        if not head.startswith("-") or (head == "-" and is_whole(word)):
            break
        index += 1
        if head == "--" and is_whole(word):
            break
        if head.startswith("--"):
            name, equals, _ = head.partition("=")
            value = drop(word, len(name) + 1) if equals else None
            takes = name in spec.long_inline or name in spec.long_takes
            if value is None and takes and index < len(arguments):
                value = arguments[index]
                index += 1
            if name in spec.long_inline and value is not None:
                codes.append(value)
            elif name in {"--file", "--exec"} and value is not None:
                files.append(value)
            continue
        for position, letter in enumerate(head[1:], start=1):
            letters += letter
            is_last = position + 1 == len(head) and is_whole(word)
            if letter in spec.joined:
                loaded += [drop(word, position + 1)] if letter in "Mm" else []
                break
            if letter not in spec.inline + spec.modules + spec.files + spec.takes:
                continue
            if letter == "p" and not is_last and head[position + 1 : position + 2] == "e":
                continue
            value = drop(word, position + 1)
            if is_last:
                value = arguments[index] if index < len(arguments) else value
                index += 1
            rest = tuple(arguments[index:])
            if letter in spec.modules:
                return Call(tuple(codes), value, tuple(files), rest, letters, tuple(loaded))
            if letter in spec.inline:
                codes.append(value)
                if spec.ends:
                    return Call(tuple(codes), None, tuple(files), rest, letters, tuple(loaded))
            elif letter in spec.files:
                files.append(value)
            elif letter == "r":
                loaded.append(value)
            break
    return Call(tuple(codes), None, tuple(files), tuple(arguments[index:]), letters, tuple(loaded))


def read_shell_call(arguments: Sequence[Value]) -> Call:
    """Read a shell's arguments; with `-c` the first operand is the code, with `-s` operands are its parameters."""
    letters = ""
    loaded: tuple[Value, ...] = ()
    index = 0
    while index < len(arguments):
        head = head_of(arguments[index])
        if not is_whole(arguments[index]) or not head.startswith(("-", "+")) or len(head) == 1:
            index += 1 if head == "-" and is_whole(arguments[index]) else 0
            break
        index += 1
        if head == "--":
            break
        if head.startswith("--"):
            if head in {"--rcfile", "--init-file"}:
                loaded = tuple(arguments[index : index + 1])
                index += 1
            continue
        letters += head[1:] if head.startswith("-") else ""
        index += sum(1 for letter in head[1:] if letter in "oO")
    operands = tuple(arguments[index:])
    if "c" in letters and operands:
        return Call((operands[0],), None, (), operands[1:], letters, loaded)
    return Call(operands=operands, letters=letters, loaded=loaded)
