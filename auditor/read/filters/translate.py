"""`tr`: letters for letters, with ranges, classes, deletion and squeezing."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

from auditor.read.filters.formatting import unescaped
from auditor.read.filters.streams import CannotFold, Streams, options_of

_SETS = {
    "alpha": string.ascii_uppercase + string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "lower": string.ascii_lowercase,
    "digit": string.digits,
    "alnum": string.digits + string.ascii_uppercase + string.ascii_lowercase,
    "space": "\t\n\v\f\r ",
    "blank": "\t ",
    "punct": string.punctuation,
    "xdigit": "0123456789ABCDEFabcdef",
    "print": "".join(chr(code) for code in range(32, 127)),
    "graph": "".join(chr(code) for code in range(33, 127)),
    "cntrl": "".join(chr(code) for code in (*range(32), 127)),
}
_ITEM = re.compile(
    r"\[:(\w+):\]|\[=(.)=\]|\[(.)\*(\d*)\]|(\\(?:[0-7]{1,3}|.)|.)(?:-(\\(?:[0-7]{1,3}|.)|[^\]]|\]))?", re.S
)


def tr(arguments: Sequence[str], streams: Streams) -> str:
    """`tr [-c] [-d] [-s] SET1 [SET2]`."""
    options = options_of(arguments, stop=True)
    names = {"--delete": "-d", "--squeeze-repeats": "-s", "--complement": "-c", "-C": "-c", "--truncate-set1": "-t"}
    flags = {names.get(name, name) for name, _ in options.pairs}
    if flags - {"-c", "-d", "-s", "-t"} or not 1 <= len(options.operands) <= 2:
        raise CannotFold("tr")
    text = streams.read()
    first = _members(options.operands[0], 0)
    second = _members(options.operands[1], len(first)) if len(options.operands) > 1 else None
    complement = "-c" in flags
    inside = frozenset(first)

    def chosen(letter: str) -> bool:
        return (letter in inside) != complement

    if "-d" in flags:
        text = "".join(letter for letter in text if not chosen(letter))
        return _squeezed(text, frozenset(second)) if "-s" in flags and second else text
    if second is None:
        if "-s" not in flags:
            raise CannotFold("tr with one set")
        return _squeezed(text, frozenset(letter for letter in set(text) if chosen(letter)))
    if not second:
        raise CannotFold("tr to nothing")
    if complement:
        text = "".join(second[-1] if chosen(letter) else letter for letter in text)
    else:
        table = {}
        for index, letter in enumerate(first):
            if "-t" in flags and index >= len(second):
                break
            table[ord(letter)] = second[index] if index < len(second) else second[-1]
        text = text.translate(table)
    return _squeezed(text, frozenset(second)) if "-s" in flags else text


def _members(text: str, wanted: int) -> str:
    """Give a set's members in order; `[x*]` fills up to the other set's size."""
    output = ""
    for found in _ITEM.finditer(text):
        name, same, repeated, count, start, end = found.groups()
        if name is not None:
            if name not in _SETS:
                raise CannotFold("a class of tr")
            output += _SETS[name]
        elif same is not None:
            output += same
        elif repeated is not None:
            output += repeated * min(int(count) if count else max(wanted - len(output), 0), 256)
        elif end is None:
            output += _letter(start)
        else:
            low, high = ord(_letter(start)), ord(_letter(end))
            if high < low or high - low > 70_000:
                raise CannotFold("a range of tr")
            output += "".join(chr(code) for code in range(low, high + 1))
    return output


def _letter(text: str) -> str:
    if len(text) == 1:
        return text
    if re.fullmatch(r"\\[0-7]{1,3}", text):
        return chr(int(text[1:], 8) & 0xFF)
    letter, _ = unescaped(text)
    return letter if len(letter) == 1 else text[-1]


def _squeezed(text: str, letters: frozenset[str]) -> str:
    output: list[str] = []
    for letter in text:
        if not (output and output[-1] == letter and letter in letters):
            output.append(letter)
    return "".join(output)
