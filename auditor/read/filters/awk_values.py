"""Values of awk: text and numbers, how they compare, and the functions on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from auditor.read.filters.formatting import printf
from auditor.read.filters.streams import CannotFold, Streams

Scalar = str | float


class Record(Protocol):
    """What functions see of the machine."""

    record: str
    streams: Streams

    def substitute(self, pattern: str, replacement: str, everywhere: bool) -> float:
        """Replace in the record."""
        ...


def call_function(name: str, values: list[Scalar], patterns: list[str], machine: Record) -> Scalar:
    """Call a function; patterns are its arguments in slashes."""
    texts = [text_of_value(value) for value in values]
    if name == "length" and not patterns:
        return float(len(texts[0] if texts else machine.record))
    if name == "substr" and len(values) in {2, 3}:
        start = round(number_of_value(values[1]))
        end = start + round(number_of_value(values[2])) if len(values) == 3 else len(texts[0]) + 1
        return texts[0][max(start - 1, 0) : max(end - 1, 0)]
    if name in {"toupper", "tolower"} and texts:
        return texts[0].upper() if name == "toupper" else texts[0].lower()
    if name == "sprintf" and texts:
        return formatted(texts[0], values[1:], machine.streams)
    if name == "int" and values:
        return float(int(number_of_value(values[0])))
    if name == "index" and len(texts) == 2:
        return float(texts[0].find(texts[1]) + 1)
    if name in {"sub", "gsub"} and patterns and len(texts) == 1:
        return machine.substitute(patterns[0], texts[0], name == "gsub")
    raise CannotFold(f"the function {name}")


def formatted(template: str, values: Sequence[Scalar], streams: Streams) -> str:
    """Format as awk does: `%c` of a number is a letter, numbers lose their fraction in `%d`."""
    wanted = re.findall(r"%[-+ 0#]*\d*(?:\.\d+)?([a-zA-Z%])", template)
    arguments: list[str] = []
    letters = [letter for letter in wanted if letter != "%"]
    for letter, value in zip(letters, values, strict=False):
        if letter == "c" and isinstance(value, float):
            arguments.append(chr(int(value)) if 0 < value < 0x110000 and not 0xD800 <= value < 0xE000 else "")
        else:
            arguments.append(str(int(number_of_value(value))) if letter in "diouxX" else text_of_value(value))
    return printf((re.sub(r"%i", "%d", template.replace("\\", "\\\\")), *arguments), streams.limits.text_bytes)


def text_of_value(value: Scalar) -> str:
    """Give a value as text; whole numbers have no fraction."""
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e16 else f"{value:.6g}"
    return value


def number_of_value(value: Scalar) -> float:
    """Give a value as a number; text counts as far as it begins like one."""
    if isinstance(value, float):
        return value
    found = re.match(r"\s*[-+]?(?:\d{1,18}\.?\d{0,18}|\.\d{1,18})(?:[eE][-+]?\d{1,2})?", value)
    return float(found[0]) if found else 0.0


def truth_of(value: Scalar) -> bool:
    """Whether a value counts as true."""
    return value != 0.0 if isinstance(value, float) else value not in {"", "0"}


def compared(operator: str, left: Scalar, right: Scalar) -> bool:
    """Compare two values: as numbers where both look like numbers, else as text."""
    looks = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)\s*")
    numeric = all(isinstance(value, float) or looks.fullmatch(value) for value in (left, right))
    a: Scalar = number_of_value(left) if numeric else text_of_value(left)
    b: Scalar = number_of_value(right) if numeric else text_of_value(right)
    order = (a > b) - (a < b)  # type: ignore[operator]
    return {"==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[
        operator
    ]
