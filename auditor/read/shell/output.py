"""`echo` and `printf`: what they write, over known and partly known arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from auditor.read.shell.escapes import echo_escapes
from auditor.read.shell.printf import format_text
from auditor.read.shell.redirects import write
from auditor.read.shell.words import derived
from auditor.read.values import (
    EMPTY,
    Known,
    Text,
    Value,
    alternatives,
    concat,
    known_text,
    one_of,
)

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell


Arguments = tuple[Value, ...]
PLAIN_SH = "a plain sh"  # among the options: whichever shell stands there as sh reads the script


def echo(shell: Shell, arguments: Arguments) -> None:
    """`echo`."""
    ends, escapes = "\n", "xpg_echo" in shell.memory.options
    rest = list(arguments)
    while rest and re.fullmatch(r"-[neE]+", known_text(rest[0]) or ""):
        flags = known_text(rest.pop(0)) or ""
        ends = "" if "n" in flags else ends
        for flag in flags:
            escapes = flag == "e" if flag in "eE" else escapes
    pieces: list[Value] = []
    for index, value in enumerate(rest):
        pieces += [Known(" "), value] if index else [value]
    if escapes:
        decoded: list[Value] = []
        for value in pieces:
            text, stops = _decoded(value)
            decoded.append(text)
            if stops:
                ends = ""
                break
        pieces = decoded
    value = concat([*pieces, Known(ends)], shell.limits.alternatives) if ends or pieces else EMPTY
    if PLAIN_SH in shell.memory.options and not escapes:
        # dash resolves escapes without being asked, bash under the name sh does not.
        value = one_of([value, _decoded(value, _dash_escapes)[0]], shell.limits.alternatives)
    write(shell, value)
    shell.status = 0


def _dash_escapes(text: str) -> tuple[str, bool]:
    """Resolve escapes as dash's echo does: octal digits need no zero before them."""
    return echo_escapes(re.sub(r"(\\\\)|\\([1-7][0-7]{0,2})", lambda found: found[1] or "\\0" + found[2], text))


def _decoded(value: Value, decode: Callable[[str], tuple[str, bool]] = echo_escapes) -> tuple[Value, bool]:
    rows: list[Value] = []
    stops = False
    for each in alternatives(value):
        if isinstance(each, Text):
            rows.append(Text(tuple(decode(p)[0] if isinstance(p, str) else p for p in each.parts), each.trail))
        elif isinstance(each, Known):
            text, stops = decode(known_text(each) or "")
            rows.append(Known(text, each.trail))
        else:
            rows.append(each)
    return one_of(rows), stops


def printf(shell: Shell, arguments: Arguments) -> None:
    """`printf`."""
    name = None
    rest = list(arguments)
    if rest and (known_text(rest[0]) or "").startswith("-v"):
        text = known_text(rest.pop(0)) or ""
        name = text[2:] or (known_text(rest.pop(0)) if rest else None)
    if rest and known_text(rest[0]) == "--":
        rest.pop(0)
    shell.status = 0
    if not rest:
        return
    rows: list[Value] = []
    for each in alternatives(rest[0]):
        form = known_text(each)
        trail = each.trail
        if form is None:
            rows.append(concat(rest) if isinstance(each, Text) else derived(shell, *rest))
            continue
        made = format_text(form, rest[1:], lambda value: derived(shell, value))
        rows.append(
            replace(made, trail=(*trail, *made.trail)[-8:]) if trail and isinstance(made, (Known, Text)) else made
        )
    value = shell.bounded(one_of(rows, shell.limits.alternatives))
    if name is None:
        write(shell, value)
        return
    match = re.fullmatch(r"([A-Za-z_]\w*)(?:\[(.*)\])?", name)
    if match:
        shell.assign(match[1], value, shell.words_in(match[2]) if match[2] is not None else None)
