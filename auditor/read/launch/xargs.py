"""Programs that put what they read into commands: xargs and parallel.

Takes arguments and, in the context, what is read; gives the commands with the words put in. What is
read and not known becomes one unknown word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from auditor.model.gap import Why
from auditor.model.word import Source, Word
from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.emission import are_like
from auditor.read.launch.words import joined, put, split_words
from auditor.read.launch.wrappers import Peeled
from auditor.read.programs.pieces import drop, head_of, split
from auditor.read.values import (
    EMPTY,
    Known,
    Text,
    Unknown,
    Value,
    alternatives,
    as_text,
    concat,
    known_text,
    unknown,
    words_of,
)

_TAKES = frozenset("a d E I L n P s".split())
_LONG = frozenset(
    "--arg-file --delimiter --replace --max-lines --max-args --max-procs --max-chars --process-slot-var --eof".split()
)
MOST_COMMANDS = 64
_PARALLEL_TAKES = frozenset(
    """-j --jobs -P --max-procs -S --sshlogin --sshloginfile --joblog --retries --timeout --delay --tmpdir
    --workdir --wd --results -I -d --delimiter -C --colsep -n --max-args -N --max-replace-args -L --env
    --memfree --load --nice --shuf --tagstring --block --recstart --recend --pipepart""".split()
)


def xargs(evaluation: Evaluation, arguments: tuple[Value, ...], context: Context) -> Peeled | None:
    """`xargs [-0] [-n N] [-I MARK] COMMAND…`, with the words of standard input put in."""
    options, command = _options(arguments)
    command = command or (Known("echo"),)
    stdin = context.stdin
    if "-a" in options:
        stdin = evaluation.files.read(options["-a"], context.directory)
    mark = known_text(options["-I"]) if "-I" in options else None
    delimiter = _delimiter(options)
    inner = replace(context, stdin=EMPTY)
    commands: list[tuple[Value, ...]] = []
    for single in alternatives(stdin if stdin is not None else unknown(Source.INPUT)):
        words = _words(single, delimiter or ("\n" if mark is not None else None))
        if mark is not None:
            told = _told(evaluation, words, context)
            commands += [tuple(put(part, mark, word) for part in command) for word in told]
            continue
        size = _number(options.get("-n")) or _number(options.get("-L")) or max(len(words), 1)
        groups = [tuple(words[start : start + size]) for start in range(0, len(words), size)] or [()]
        commands += [(*command, *group) for group in _cut(evaluation, groups, context)]
    return Peeled(inner, tuple(commands)) if commands else None


def _options(arguments: Sequence[Value]) -> tuple[dict[str, Value], tuple[Value, ...]]:
    options: dict[str, Value] = {}
    index = 0
    while index < len(arguments):
        word = arguments[index]
        head = head_of(word)
        if not head.startswith("-") or head == "-":
            break
        index += 1
        if head == "--":
            break
        if head.startswith("--"):
            name, equals, _ = head.partition("=")
            short = {"--replace": "-I", "--max-args": "-n", "--max-lines": "-L", "--null": "-0", "--delimiter": "-d",
                     "--arg-file": "-a"}.get(name, name)  # fmt: skip
            if equals:
                options[short] = drop(word, len(name) + 1)
            elif name == "--replace":
                options["-I"] = Known("{}")
            elif name in _LONG and index < len(arguments):
                options[short] = arguments[index]
                index += 1
            else:
                options[short] = EMPTY
            continue
        for position, letter in enumerate(head[1:], start=1):
            rest = drop(word, position + 1)
            if letter in _TAKES:
                if known_text(rest) == "":
                    rest = arguments[index] if index < len(arguments) else EMPTY
                    index += 1
                options[f"-{letter}"] = rest
                break
            if letter in "iel":
                if letter == "i":
                    options["-I"] = Known("{}") if known_text(rest) == "" else rest
                break
            options[f"-{letter}"] = EMPTY
    return options, tuple(arguments[index:])


def _delimiter(options: dict[str, Value]) -> str | None:
    if "-0" in options:
        return "\0"
    if "-d" not in options:
        return None
    text = known_text(options["-d"]) or "\n"
    return {"\\n": "\n", "\\0": "\0", "\\t": "\t"}.get(text, text[:1])


def _number(value: Value | None) -> int:
    text = known_text(value) if value is not None else None
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0


def _words(stdin: Value, delimiter: str | None) -> list[Value]:
    text = as_text(stdin)
    if isinstance(text, Unknown):
        return [text]
    if delimiter is None and isinstance(text, Known):
        return list(split_words(text))
    pieces = split(text, re.escape(delimiter) if delimiter else r"\s+")
    kept = list(pieces[:-1]) if delimiter and known_text(pieces[-1]) == "" else list(pieces)
    if delimiter == "\n":
        return [piece for piece in kept if known_text(piece) != ""]
    return kept if delimiter else [piece for piece in kept if known_text(piece) != ""]


def parallel(evaluation: Evaluation, arguments: tuple[Value, ...], context: Context) -> Peeled | None:
    """`parallel COMMAND ::: VALUES`: words are joined and given to a shell, once per value."""
    index = 0
    while index < len(arguments) and head_of(arguments[index]).startswith("-"):
        head = head_of(arguments[index])
        index += 2 if head in _PARALLEL_TAKES else 1
    texts = [known_text(word) for word in arguments]
    end = next((at for at in range(index, len(texts)) if texts[at] in {":::", ":::+", "::::"}), len(arguments))
    command = arguments[index:end]
    if end < len(arguments) and texts[end] != "::::":
        values = [
            word
            for word, text in zip(arguments[end + 1 :], texts[end + 1 :], strict=True)
            if text not in {":::", ":::+"}
        ]
    elif context.stdin is not None and end == len(arguments):
        values = [word for single in alternatives(context.stdin) for word in _words(single, "\n")]
    else:
        values = [unknown(Source.FILE)]
    if not command:
        told = _told(evaluation, values, context)
        return Peeled(replace(context, stdin=EMPTY), codes=tuple(told)) if values else None
    text = joined(command)
    has_mark = any(mark in str(known_text(text) or _known_parts(text)) for mark in ("{}", "{1}", "{.}", "{/}"))
    codes = []
    for value in _told(evaluation, values, context):
        filled = text
        for mark in ("{}", "{1}", "{.}", "{/}"):
            filled = put(filled, mark, value)
        codes.append(filled if has_mark else concat([text, Known(" "), value]))
    return Peeled(replace(context, stdin=EMPTY), codes=tuple(codes))


def _told(evaluation: Evaluation, words: Sequence[Value], context: Context) -> list[Value]:
    """Give the words for which a command is told each."""
    return [row[0] for row in _cut(evaluation, [(word,) for word in words], context)]


def _cut(evaluation: Evaluation, rows: Sequence[tuple[Value, ...]], context: Context) -> Sequence[tuple[Value, ...]]:
    """Give as many rows as are told; what is left of them is a gap, unless it differs by numbers only."""
    told, rest = rows[:MOST_COMMANDS], rows[MOST_COMMANDS:]
    if rest and not are_like((_shape(row) for row in rest), (_shape(row) for row in told)):
        evaluation.gap(Why.TOO_MANY, f"more than {MOST_COMMANDS} commands made of what is read", context.place)
    return told


def _shape(row: tuple[Value, ...]) -> tuple[Word, ...]:
    return tuple(word for value in row for word in words_of(value))


def _known_parts(value: Value) -> str:
    return "".join(part for part in value.parts if isinstance(part, str)) if isinstance(value, Text) else ""
