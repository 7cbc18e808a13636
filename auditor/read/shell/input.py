"""`read` and `mapfile`: taking lines from what a descriptor reads.

Takes the builtin's arguments, consumes the stream, assigns. A line of unknown text gives variables
of the same origin, and a status that is not known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.model.gap import Why
from auditor.model.word import Hole, Source
from auditor.read.shell.memory import Key, Stream, Variable
from auditor.read.shell.numbers import run_index
from auditor.read.shell.splitting import DEFAULT_SEPARATORS, separators
from auditor.read.shell.words import derived
from auditor.read.values import (
    EMPTY,
    Known,
    OneOf,
    Text,
    Unknown,
    Value,
    alternatives,
    concat,
    known_text,
    one_of,
    words_of,
)

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell


def _options(arguments: tuple[Value, ...], valued: str) -> tuple[dict[str, Value], list[Value]]:
    options: dict[str, Value] = {}
    rest = list(arguments)
    while rest:
        text = known_text(rest[0])
        if text is None or not re.match(r"-[a-zA-Z]", text):
            break
        rest.pop(0)
        letters = text[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter not in valued:
                options[letter] = EMPTY
                continue
            options[letter] = Known(letters) if letters else rest.pop(0) if rest else EMPTY
            break
    if rest and known_text(rest[0]) == "--":
        rest.pop(0)
    return options, rest


def read(shell: Shell, arguments: tuple[Value, ...]) -> None:
    """`read`."""
    options, names = _options(arguments, "adinNptu")
    descriptor = known_text(options["u"]) if "u" in options else "0"
    stream = shell.memory.streams.get(int(descriptor) if descriptor and descriptor.isdigit() else 0)
    targets = [known_text(name) for name in names]
    array = known_text(options["a"]) if "a" in options else None
    line, status = _take(shell, stream, options)
    shell.status = status
    ifs = separators(shell)
    known = known_text(line)
    if known is not None and "r" not in options:
        known = re.sub(r"\\(\n|(.))", lambda match: match[2] or "", known, flags=re.DOTALL)
        line = Known(known, line.trail if isinstance(line, Known) else ())
    if array is not None:
        shell.memory.scopes[0 if shell.memory.find(array) is None else -1].setdefault(array, Variable())
        fields = split(shell, line, ifs, -1)
        shell.set_items(array, dict(enumerate(fields)))
        return
    if not targets:
        shell.assign("REPLY", line)
        return
    if "N" in options or ("n" in options and len(targets) == 1):
        fields = [line]
    else:
        fields = split(shell, line, ifs, len(targets))
    for index, name in enumerate(targets):
        if name is not None and re.fullmatch(r"[A-Za-z_]\w*", name):
            shell.assign(name, fields[index] if index < len(fields) else EMPTY)
        else:
            run_index(shell, name)


def _take(shell: Shell, stream: Stream | None, options: dict[str, Value]) -> tuple[Value, int | None]:
    """Take one line from a stream."""
    content = stream.content if stream is not None else None
    if stream is None or content is None:
        return shell.evaluation.fresh(Source.INPUT), None
    delimiter = known_text(options["d"]) if "d" in options else "\n"
    delimiter = (delimiter or "\0")[:1]
    if isinstance(content, Unknown):
        return derived(shell, content), None
    if isinstance(content, OneOf):
        return _first_lines(shell, content, delimiter), None
    count = known_text(options.get("N") or options.get("n") or EMPTY) or ""
    text = known_text(content)
    if text is not None:
        trail = content.trail
        if count.isdigit():
            taken = text[: int(count[:6])]
            stream.content = Known(text[len(taken) :], trail)
            return Known(taken, trail), int(not taken)
        pattern = re.escape(delimiter) if "r" in options or delimiter != "\n" else r"(?<!\\)\n"
        match = re.search(pattern, text)
        if match is None:
            stream.content = Known("", trail)
            return Known(text, trail), 1
        stream.content = Known(text[match.end() :], trail)
        shell.evaluation.spend(1 + match.end() // 1024)
        return Known(text[: match.start()], trail), 0
    assert isinstance(content, Text)
    before: list[str | Hole] = []
    for index, part in enumerate(content.parts):
        if isinstance(part, str) and delimiter in part:
            head, _, tail = part.partition(delimiter)
            stream.content = concat([Known(tail), *[_piece(each) for each in content.parts[index + 1 :]]])
            return concat([*[_piece(each) for each in before], Known(head)]), 0
        before.append(part)
    stream.content = EMPTY
    return content, None


def _first_lines(shell: Shell, content: OneOf, delimiter: str) -> Value:
    rows: list[Value] = []
    for each in alternatives(content):
        text = known_text(each)
        rows.append(Known(text.split(delimiter, 1)[0]) if text is not None else derived(shell, each))
    return one_of(rows, shell.limits.alternatives)


def _piece(part: str | Hole) -> Value:
    return Known(part) if isinstance(part, str) else Unknown(part)


def split(shell: Shell, line: Value, ifs: str, most: int) -> list[Value]:
    """Split a line as `read` does: at most so many fields, the last takes the rest; -1 for any number."""
    blanks = "".join(c for c in ifs if c in DEFAULT_SEPARATORS)
    if isinstance(line, OneOf):
        return side_by_side([split(shell, each, ifs, most) for each in alternatives(line)], shell.limits.alternatives)
    if isinstance(line, Unknown):
        return [line] + [derived(shell, line) for _ in range(max(most, 1) - 1)]
    if isinstance(line, Text):
        spelled = "".join(part if isinstance(part, str) else shell.evaluation.placeholder(part) for part in line.parts)
        return [shell.text(field) for field in _fields(spelled, ifs, blanks, most)]
    return [Known(field, line.trail) for field in _fields(known_text(line) or "", ifs, blanks, most)]


def side_by_side(rows: list[list[Value]], limit: int) -> list[Value]:
    """Give at each position what one of several rows may hold there."""
    longest = max(map(len, rows))
    return [one_of([row[index] for row in rows if index < len(row)], limit) for index in range(longest)]


def _fields(text: str, ifs: str, blanks: str, most: int) -> list[str]:
    if not ifs:
        return [text]
    text = text.strip(blanks) if blanks else text
    others = "".join(c for c in ifs if c not in DEFAULT_SEPARATORS)
    shape = []
    if others:
        around = f"[{re.escape(blanks)}]*" if blanks else ""
        shape.append(f"{around}[{re.escape(others)}]{around}")
    if blanks:
        shape.append(f"[{re.escape(blanks)}]+")
    pattern = re.compile("|".join(shape))
    fields: list[str] = []
    while text and (most < 0 or len(fields) < most - 1):
        match = pattern.search(text)
        if match is None:
            break
        fields.append(text[: match.start()])
        text = text[match.end() :]
    if text or not fields:
        if (
            text
            and most > 0
            and others
            and text[-1] in others
            and text.count(text[-1]) == 1
            and not pattern.search(text[:-1])
        ):
            text = text[:-1]
        fields.append(text)
    return fields if most > 0 else [field for field in fields if field or not blanks or others]


def mapfile(shell: Shell, arguments: tuple[Value, ...]) -> None:
    """`mapfile`, `readarray`."""
    options, names = _options(arguments, "dnOsuCc")
    name = (known_text(names[0]) if names else "MAPFILE") or "MAPFILE"
    descriptor = known_text(options["u"]) if "u" in options else "0"
    stream = shell.memory.streams.get(int(descriptor) if descriptor and descriptor.isdigit() else 0)
    content = (
        stream.content if stream is not None and stream.content is not None else shell.evaluation.fresh(Source.INPUT)
    )
    shell.status = 0
    if isinstance(content, Unknown):
        found = shell.memory.find(name)
        scope = found[0] if found is not None else shell.memory.scopes[0]
        scope[name] = Variable(content)
        return
    each = [_rows(shell, single, options) for single in alternatives(content)]
    rows = side_by_side(each, shell.limits.alternatives)
    skip = known_text(options["s"]) if "s" in options else "0"
    rows = rows[int(skip) if skip and skip.isdigit() else 0 :]
    if len(rows) > shell.limits.collection_items:
        shell.evaluation.gap(Why.TOO_MANY, f"more than {shell.limits.collection_items} lines of an array")
        rows = rows[: shell.limits.collection_items]
    count = known_text(options["n"]) if "n" in options else None
    if count and count.isdigit() and int(count):
        rows = rows[: int(count)]
    items: dict[Key, Value] = dict(enumerate(rows))
    shell.set_items(name, items)
    if stream is not None:
        stream.content = EMPTY
    if "C" in options:
        called = rows[: shell.limits.alternatives]
        if len(rows) > len(called):
            called.append(one_of(rows[len(called) :], shell.limits.alternatives))
        for index, row in enumerate(called):
            shell.evaluate(concat((options["C"], Known(f" {index} "), _quoted(row))), made_by="mapfile -C")


def _quoted(row: Value) -> Value:
    """Give a line as the one word that a callback gets."""
    return one_of(
        concat(
            [
                Known("'"),
                *(_piece(part.replace("'", "'\\''")) if isinstance(part, str) else _piece(part) for part in word.parts),
                Known("'"),
            ]
        )
        for word in words_of(row)
    )


def _rows(shell: Shell, content: Known | Text | Unknown, options: dict[str, Value]) -> list[Value]:
    """Cut text into lines as `mapfile` does."""
    if isinstance(content, Unknown):
        return [content]
    delimiter = ((known_text(options["d"]) if "d" in options else "\n") or "\0")[:1]
    parts = (known_text(content) or "",) if isinstance(content, Known) else content.parts
    spelled = "".join(part if isinstance(part, str) else shell.evaluation.placeholder(part) for part in parts)
    lines = spelled.split(delimiter)
    rows = [line if "t" in options else line + delimiter for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    return [shell.text(row) for row in rows]
