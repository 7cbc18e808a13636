"""Output of filters: computed where what they read is known, and otherwise told by where it came from.

Takes a program and its arguments as values, gives the outcome; None for programs that are no
filters. Unknown parts of arguments and input travel through as single letters. What is fetched stays
fetched through decoders and filters; what a decoder could not undo comes from a decoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auditor.model.place import Step
from auditor.model.word import Hole, Source
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.filters import DECODERS, FILTERS, TELLING, CannotFold, Streams
from auditor.read.filters.streams import NoInput, bytes_of, text_of
from auditor.read.launch.options import scan
from auditor.read.secrets import is_key, passed_on
from auditor.read.values import (
    Known,
    OneOf,
    Text,
    Unknown,
    Value,
    alternatives,
    as_text,
    is_assumed,
    known_text,
    one_of,
    stepped,
    trail_of,
    unknown,
)

_CHOOSING = frozenset({"grep", "egrep", "fgrep", "ggrep", "cut", "awk", "sed", "gsed", "jq"})
"""Filters that give a part: one setting of a file is not the file."""
_NEEDS_WHOLE = frozenset({"dirname", "basename", "wc", "expr", "seq"})
"""Filters whose output would be wrong, not only partly unknown, if an unknown part were one letter."""


def _counts(program: str, arguments: Sequence[str]) -> bool:
    """Say whether a filter encodes or counts letters, so that one letter cannot stand for what is unknown."""
    if program in DECODERS or program in {"wc", "fold"}:
        return True
    letters = {"cut": ("-c", "-b", "--characters", "--bytes"), "head": ("-c", "--bytes"), "tail": ("-c", "--bytes")}
    return any(word.startswith(letters.get(program, ())) for word in arguments)


class _Unreached(Exception):
    def __init__(self, hole: Hole) -> None:
        super().__init__(hole.name)
        self.hole = hole


def run_filter(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """Run a filter on what is known."""
    if program not in FILTERS:
        return None
    inputs = alternatives(context.stdin) if context.stdin is not None else (None,)
    outputs = [_one(evaluation, program, arguments, single, context) for single in inputs]
    return Outcome(stdout=one_of(outputs, evaluation.limits.alternatives))


def _one(
    evaluation: Evaluation,
    program: str,
    arguments: Sequence[Value],
    stdin: Known | Text | Unknown | None,
    context: Context,
) -> Value:
    if program in {"cat", "pv", "bat"} and not arguments and stdin is not None:
        return stdin
    evaluation.spend(1 + len(arguments))
    masked = [_masked(evaluation, word) for word in arguments]
    has_holes = any(known_text(word) is None for word in arguments)
    trail_origins: list[Value] = [*([stdin] if stdin is not None else []), *filter(is_assumed, arguments)]

    def open_file(path: str) -> str:
        content = evaluation.files.read(evaluation.restore(path), context.directory)
        single = alternatives(content)[0]
        if isinstance(content, OneOf):
            raise CannotFold("several contents")
        if isinstance(single, Unknown):
            raise _Unreached(single.hole)
        trail_origins.append(single)
        return _masked(evaluation, single)

    try:
        text = None if stdin is None else _input(evaluation, stdin)
        if has_holes and program in _NEEDS_WHOLE:
            raise CannotFold("an unknown argument")
        if isinstance(stdin, Text) and _counts(program, masked):
            raise CannotFold("an unknown part of the input")
        output = FILTERS[program](masked, Streams(text, open_file, evaluation.limits))
        if len(output) > evaluation.limits.text_bytes:
            raise CannotFold("too much output")
    except _Unreached as unreached:
        return _from_hole(evaluation, program, unreached.hole)
    except (CannotFold, ValueError, IndexError, OverflowError, RecursionError) as refused:
        source = _source(evaluation, arguments, stdin, context)
        if source.source is Source.COMMAND and not source.number and not has_holes and not isinstance(refused, NoInput):
            source = evaluation.fresh(Source.UNKNOWN).hole  # a computation that is not followed, over what is known
        return _from_hole(evaluation, program, source)
    evaluation.spend(len(output) // 256)
    value = _restored(evaluation, output)
    if program in TELLING:
        step = Step(context.place.unit, context.place.span, _operation(program))
        return stepped(value, step, *trail_origins)
    return _with_trail(value, trail_origins)


def output_of(evaluation: Evaluation, program: str, context: Context, *, is_own: bool = False) -> Unknown:
    """Give output that is not computed: made of nothing but what the script holds, it is the script's own."""
    if context.stdin is not None:
        is_own = all(isinstance(single, Known) and str(single.value).strip() for single in alternatives(context.stdin))
    return evaluation.fresh(Source.UNKNOWN if is_own else Source.COMMAND, program)


def _with_trail(value: Value, origins: Sequence[Value]) -> Value:
    trail = trail_of(*origins)
    return replace(value, trail=trail) if trail and not isinstance(value, OneOf) else value


def _input(evaluation: Evaluation, stdin: Known | Text | Unknown) -> str:
    if isinstance(stdin, Unknown):
        raise _Unreached(stdin.hole)
    return _masked(evaluation, stdin)


def _masked(evaluation: Evaluation, value: Value) -> str:
    """Give a value as text in which each unknown part is one private letter."""
    single = alternatives(value)[0]
    if isinstance(single, Known):
        return text_of(single.value) if isinstance(single.value, bytes) else str(as_text(single).value)  # type: ignore[union-attr]
    parts = single.parts if isinstance(single, Text) else (single.hole,)
    return "".join(part if isinstance(part, str) else evaluation.placeholder(part) for part in parts)


def _restored(evaluation: Evaluation, text: str) -> Value:
    if any("\udc80" <= letter <= "\udcff" for letter in text):
        return Known(bytes_of(text))
    return evaluation.restore(text)


def _source(
    evaluation: Evaluation, arguments: Sequence[Value], stdin: Known | Text | Unknown | None, context: Context
) -> Hole:
    """Give the origin of what a filter read but did not fold: the first fetched part, else that of its first file."""
    holes: list[Hole] = []
    if isinstance(stdin, Text):
        holes += [part for part in stdin.parts if isinstance(part, Hole)]
    elif isinstance(stdin, Unknown):
        holes.append(stdin.hole)
    for word in scan(arguments).operands:
        file = evaluation.files.find(word, context.directory)
        if file is not None:
            holes += [single.hole for single in alternatives(file.content) if isinstance(single, Unknown)]
    for hole in holes:
        if hole.source is Source.NETWORK:
            return hole
    return holes[0] if holes else Hole(Source.COMMAND)


def _from_hole(evaluation: Evaluation, program: str, hole: Hole) -> Value:
    if hole.source is Source.NETWORK:
        return Unknown(hole)
    if program in DECODERS:
        return evaluation.fresh(Source.DECODER, passed_on(hole) or program)
    if passed_on(hole) and (program == "wc" or (program in _CHOOSING and not is_key(hole.detail))):
        return evaluation.fresh(Source.COMMAND, program)
    if program in {"cat", "head", "tail", "grep", "sed", "tr", "sort", "tac", "pv", "bat"}:
        return Unknown(hole)
    return unknown(Source.COMMAND, 0, program) if hole.source is Source.COMMAND else Unknown(hole)


def _operation(program: str) -> str:
    names = {"gunzip": "gzip", "zcat": "gzip", "pigz": "gzip", "bunzip2": "bzip2", "bzcat": "bzip2", "unxz": "xz",
             "xzcat": "xz", "unlzma": "xz", "gbase64": "base64", "basenc": "base64", "gsed": "sed"}  # fmt: skip
    return names.get(program, program)
