"""Brace expansion: `{a,b}`, `{1..9..2}`, nested, over words whose other parts stay as they are.

Takes a word, gives words. Refuses to make more than a bound (gives None).
"""

from __future__ import annotations

import re
from dataclasses import replace

from auditor.read.shell.syntax import Literal, Parameter, Part, Word

_SEQUENCE = re.compile(r"(?:(-?\d{1,15})\.\.(-?\d{1,15})|([A-Za-z])\.\.([A-Za-z]))(?:\.\.(-?\d{1,9}))?$", re.ASCII)
Item = "str | Part"  # a character of unquoted text, or a part that stays whole


def has_braces(word: Word) -> bool:
    """Whether brace expansion could change the word."""
    return any(isinstance(part, Literal) and not part.is_quoted and "{" in part.text for part in word.parts)


def expand_braces(word: Word, limit: int) -> list[Word] | None:
    """Give the words that brace expansion makes, or None where there would be more than `limit`."""
    items: list[str | Part] = []
    for part in word.parts:
        if isinstance(part, Literal) and not part.is_quoted:
            items.extend(part.text)
        else:
            items.append(part)
    try:
        rows = _expand(items, limit, 0)
    except OverflowError:
        return None
    return [Word(_joined(row), word.start, word.end) for row in rows]


def _expand(items: list[str | Part], limit: int, depth: int) -> list[list[str | Part]]:
    if depth > 40:
        raise OverflowError
    for start, item in enumerate(items):
        if item != "{" or (start == 0 and items[1:2] == ["}"]):
            continue
        found = _closing(items, start)
        if found is None:
            continue
        end, commas = found
        choices = _choices(items[start + 1 : end], [comma - start - 1 for comma in commas], limit, depth)
        if choices is None:
            continue
        rest = _expand(items[end + 1 :], limit, depth + 1)
        if len(choices) * len(rest) > limit:
            raise OverflowError
        head = items[:start]
        return [[*head, *choice, *tail] for choice in choices for tail in rest]
    return [items]


def _closing(items: list[str | Part], start: int) -> tuple[int, list[int]] | None:
    depth, commas = 0, list[int]()
    for index in range(start, len(items)):
        item = items[index]
        if item == "{":
            depth += 1
        elif item == "}" and index > start + 1:
            depth -= 1
            if depth == 0:
                return index, commas
        elif item == "," and depth == 1:
            commas.append(index)
    return None


def _choices(inside: list[str | Part], commas: list[int], limit: int, depth: int) -> list[list[str | Part]] | None:
    if commas:
        choices: list[list[str | Part]] = []
        for low, high in zip([-1, *commas], [*commas, len(inside)], strict=True):
            choices.extend(_expand(inside[low + 1 : high], limit, depth + 1))
            if len(choices) > limit:
                raise OverflowError
        return choices
    text = "".join(item for item in inside if isinstance(item, str))
    match = _SEQUENCE.match(text) if len(text) == len(inside) else None
    return None if match is None else [list(value) for value in _sequence(match, limit)]


def _sequence(match: re.Match[str], limit: int) -> list[str]:
    first, last, low, high, by = match.groups()
    step = abs(int(by)) if by else 1
    step = step or 1
    if low:
        begin, end = ord(low), ord(high)
    else:
        begin, end = int(first), int(last)
    count = abs(end - begin) // step + 1
    if count > limit:
        raise OverflowError
    numbers = range(begin, end + 1, step) if begin <= end else range(begin, end - 1, -step)
    if low:
        return [chr(number) for number in numbers]
    padded = any(re.match(r"-?0\d", text) for text in (first, last))
    width = max(len(first), len(last)) if padded else 0
    return [f"{number:0{width}d}" if width else str(number) for number in numbers]


def _joined(row: list[str | Part]) -> tuple[Part, ...]:
    parts: list[Part] = []
    run: list[str] = []
    for item in row:
        if isinstance(item, str):
            last = parts[-1] if parts and not run else None
            if isinstance(last, Parameter) and last.is_bare and item.isascii() and (item.isalnum() or item == "_"):
                # Braces come before names are read: `$a{b,c}` is `$ab $ac`.
                parts[-1] = replace(last, name=last.name + item)
            else:
                run.append(item)
            continue
        if run:
            parts.append(Literal("".join(run)))
            run.clear()
        parts.append(item)
    if run:
        parts.append(Literal("".join(run)))
    return tuple(parts)
