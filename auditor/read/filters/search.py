"""`grep` on known text."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.read.filters.patterns import check_work, compiled
from auditor.read.filters.streams import CannotFold, Streams, lines_of, number_of, options_of

_KNOWN = (
    "-o -v -i -E -F -G -w -x -c -m -q -s -e -a -h -y --only-matching --invert-match --ignore-case --extended-regexp "
    "--fixed-strings --count --text --color --colour --no-messages --quiet --regexp --max-count"
)


def grep(arguments: Sequence[str], streams: Streams) -> str:
    """`grep [-o] [-v] [-i] [-E | -F] PATTERN [FILE]`."""
    return _grep(arguments, streams, extended=False, fixed=False)


def egrep(arguments: Sequence[str], streams: Streams) -> str:
    """`egrep`."""
    return _grep(arguments, streams, extended=True, fixed=False)


def fgrep(arguments: Sequence[str], streams: Streams) -> str:
    """`fgrep`."""
    return _grep(arguments, streams, extended=False, fixed=True)


def _grep(arguments: Sequence[str], streams: Streams, *, extended: bool, fixed: bool) -> str:
    options = options_of(arguments, "e m A B C f max-count regexp")
    options.only(*_KNOWN.split())
    operands = list(options.operands)
    patterns = list(options.every("-e", "--regexp")) or ([operands.pop(0)] if operands else [])
    if not patterns or len(operands) > 1:
        raise CannotFold("grep of several files")
    extended = extended or options.has("-E", "--extended-regexp")
    fixed = fixed or options.has("-F", "--fixed-strings")
    matchers = [
        compiled(piece, extended=extended, fixed=fixed, ignores_case=options.has("-i", "-y", "--ignore-case"))
        for pattern in patterns
        for piece in pattern.split("\n")
    ]
    text = streams.read_all(operands)
    for matcher in matchers:
        check_work(matcher, text)
    if options.has("-w") and not options.has("-o", "--only-matching"):
        raise CannotFold("whole words")
    inverted = options.has("-v", "--invert-match")
    most = number_of(options.last("-m", "--max-count"), 1 << 30)
    output: list[str] = []
    chosen = 0
    for line in lines_of(text):
        if options.has("-x"):
            is_match = any(matcher.fullmatch(line) for matcher in matchers)
        else:
            is_match = any(matcher.search(line) for matcher in matchers)
        if is_match == inverted or chosen >= most:
            continue
        chosen += 1
        if options.has("-o", "--only-matching") and not inverted:
            output += [found[0] for matcher in matchers for found in matcher.finditer(line) if found[0]]
        else:
            output.append(line)
    if options.has("-q", "--quiet"):
        return ""
    if options.has("-c", "--count"):
        return f"{chosen}\n"
    return "".join(line + "\n" for line in output)
