"""Small calculators: seq, expr, basename, dirname, yes, factor-free arithmetic."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from auditor.read.filters.formatting import echo, printf, unescaped
from auditor.read.filters.patterns import check_work, compiled
from auditor.read.filters.streams import CannotFold, Streams, number_of, options_of

_MOST_NUMBERS = 10_000


def seq(arguments: Sequence[str], streams: Streams) -> str:
    """`seq [-s X] [-w] [FIRST [STEP]] LAST`, of whole numbers."""
    words = list(arguments)
    separator, template, wide = "\n", "%d", False
    while words and re.match(r"-[^\d]", words[0]):
        word = words.pop(0)
        if word in {"-w", "--equal-width"}:
            wide = True
        elif word in {"-s", "-f"} and words:
            separator, template = (words.pop(0), template) if word == "-s" else (separator, words.pop(0))
        elif word.startswith("-s"):
            separator = word[2:]
        else:
            raise CannotFold("seq")
    if not 1 <= len(words) <= 3:
        raise CannotFold("seq")
    values = [number_of(word) for word in words]
    first, step, last = (
        (1, 1, values[0]) if len(values) == 1 else (values[0], 1, values[1]) if len(values) == 2 else values
    )
    if step == 0 or abs((last - first) // step) > _MOST_NUMBERS:
        raise CannotFold("many numbers")
    numbers = range(first, last + (1 if step > 0 else -1), step)
    if template != "%d":
        template = re.sub(r"%(0?\d*)g", r"%\1d", template)
        texts = [printf((template, str(number))) for number in numbers]
    else:
        texts = [str(number) for number in numbers]
    width = max((len(text) for text in texts), default=0) if wide else 0
    separator = unescaped(separator)[0]
    return separator.join(text.rjust(width, "0") for text in texts) + ("\n" if texts else "")


def expr(arguments: Sequence[str], streams: Streams) -> str:
    """`expr A OP B` with one operator, `expr length X`, `expr substr X P L`, `expr X : RE`."""
    words = list(arguments)
    if len(words) == 2 and words[0] == "length":
        return f"{len(words[1])}\n"
    if len(words) == 4 and words[0] == "substr":
        start, length = number_of(words[2]), number_of(words[3])
        return words[1][max(start - 1, 0) : max(start - 1, 0) + max(length, 0)] + "\n"
    if len(words) == 1:
        return words[0] + "\n"
    if len(words) != 3:
        raise CannotFold("expr")
    left, operator, right = words
    if operator == ":":
        matcher = compiled(right, extended=False)
        check_work(matcher, left)
        found = matcher.match(left)
        if matcher.groups:
            return ((found[1] or "") if found else "") + "\n"
        return f"{len(found[0]) if found else 0}\n"
    if operator in {"=", "!=", "<", ">", "<=", ">="}:
        raise CannotFold("a comparison")
    a, b = number_of(left), number_of(right)
    if operator in {"/", "%"} and b == 0:
        raise CannotFold("division by zero")
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1) if b else 0
    results = {"+": a + b, "-": a - b, "*": a * b, "/": quotient, "%": a - b * quotient}
    if operator not in results:
        raise CannotFold("expr")
    return f"{results[operator]}\n"


def basename(arguments: Sequence[str], streams: Streams) -> str:
    """`basename PATH [SUFFIX]`."""
    options = options_of(arguments, "s suffix")
    options.only("-s", "--suffix", "-a", "--multiple", "-z")
    many = options.has("-a", "--multiple", "-s", "--suffix")
    suffix = options.last("-s", "--suffix") or ("" if many or len(options.operands) < 2 else options.operands[1])
    paths = options.operands if many else options.operands[:1]
    if not paths:
        raise CannotFold("basename")
    output = []
    for path in paths:
        name = posixpath.basename(path.rstrip("/")) or ("/" if path else "")
        output.append(name.removesuffix(suffix) if name != suffix else name)
    return "".join(name + "\n" for name in output)


def dirname(arguments: Sequence[str], streams: Streams) -> str:
    """`dirname PATH`."""
    options = options_of(arguments)
    if not options.operands:
        raise CannotFold("dirname")
    output = []
    for path in options.operands:
        parent = posixpath.dirname(path.rstrip("/"))
        output.append(parent.rstrip("/") or ("/" if path.startswith("/") else "."))
    return "".join(name + "\n" for name in output)


def echo_(arguments: Sequence[str], streams: Streams) -> str:
    """`echo`, as the program does it."""
    return echo(arguments)


def printf_(arguments: Sequence[str], streams: Streams) -> str:
    """`printf`, as the program does it."""
    return printf(arguments, streams.limits.text_bytes)


def yes(arguments: Sequence[str], streams: Streams) -> str:
    """`yes`: a few lines stand for endlessly many."""
    return (" ".join(arguments) or "y") + "\n"


def nothing(arguments: Sequence[str], streams: Streams) -> str:
    """A program that prints nothing."""
    return ""
