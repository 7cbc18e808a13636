"""Jobs handed to a scheduler or to many machines: what the description or the arguments say is started.

HTCondor's submit description (condor_submit(1)), Slurm's program file (srun(1), `--multi-prog`), modules of
Ansible and Salt that run a command. Each takes the evaluation, the arguments and the context, and starts
what is named there; the submission itself is recorded as any command.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from auditor.model.gap import Why
from auditor.model.place import Place
from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.bounds import within
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.made import run_text
from auditor.read.launch.options import scan
from auditor.read.launch.schedules import content_of
from auditor.read.launch.surroundings import for_code
from auditor.read.launch.words import joined, split_words
from auditor.read.launch.wrappers import Peeled
from auditor.read.programs.grammar import grammar_of, parse
from auditor.read.programs.pieces import drop, head_of
from auditor.read.values import EMPTY, Known, Text, Value, alternatives, concat, known_text

_MOST_LINES: Final = 500
_LONGEST: Final = 100_000
_SETTING: Final = re.compile(r"\s*([+\w.]+)\s*=\s*(.*)")
_MACRO: Final = re.compile(r"\$\$?\((\w+)(?::([^()]*))?\)")
_ANSIBLE: Final = re.compile(r"(?:^|\.)(?:shell|command|raw|script)$")
_ARGUMENT: Final = re.compile(r"""(?:^|\s)(?:chdir|creates|executable|removes|stdin)=\S+""")


def condor_submit(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`condor_submit [FILE] [name=value…]`: `executable` with its `arguments`, or `shell`, of each queued job."""
    scanned = scan(arguments, "n name r remote p pool a append batch-name f")
    given = [word for word in scanned.operands if "=" in head_of(word)]
    paths = [word for word in scanned.operands if "=" not in head_of(word)]
    content = content_of(evaluation, paths[0] if paths else Known("-"), context)
    settings: dict[str, Value] = {}
    for single in alternatives(content) if content is not None else ():
        parts = single.parts if isinstance(single, Text) else (known_text(single) or "",)
        text = "".join(part if isinstance(part, str) else evaluation.placeholder(part) for part in parts)
        for line in _lines(evaluation, re.sub(r"\\\n\s*", "", text), context):
            found = _SETTING.match(line)
            if found is not None:
                settings[found[1].lower()] = evaluation.restore(found[2].strip())
            elif re.match(r"\s*queue\b", line, re.IGNORECASE):
                _queue(evaluation, settings, context)
    for word in given:
        name, _, _ = head_of(word).partition("=")
        settings[name.strip().lower()] = drop(word, len(name) + 1)
    if given:
        _queue(evaluation, settings, context)
    return None


def _lines(evaluation: Evaluation, text: str, context: Context) -> Sequence[str]:
    return within(evaluation, text.splitlines(), _MOST_LINES, "lines of a submitted job", context.place)


def _queue(evaluation: Evaluation, settings: Mapping[str, Value], context: Context) -> None:
    known: dict[str, Value] = {}
    values = {name: _filled(evaluation, settings, value, known, context.place) for name, value in settings.items()}
    inner = for_code(context, elsewhere=True)
    for name in ("shell", "+precmd", "+postcmd"):
        if name in values:
            run_text(evaluation, Language.BASH, values[name], inner, made_by="condor_submit", argv=(Known("sh"),))
    if "executable" in values:
        evaluation.launch((values["executable"], *_arguments(values.get("arguments"))), inner)


def _filled(
    evaluation: Evaluation, settings: Mapping[str, Value], value: Value, known: dict[str, Value], place: Place
) -> Value:
    """Put settings in place of `$(name)`; what a queue counts or names is not known."""
    text = known_text(value)
    if text is None:
        return value
    parts: list[Value] = []
    end = size = 0
    for found in _MACRO.finditer(text):
        evaluation.spend()
        parts.append(Known(text[end : found.start()]))
        name = found[1].lower()
        if name in settings and name not in known:
            known[name] = EMPTY  # of a setting that names itself
            known[name] = _filled(evaluation, settings, settings[name], known, place)
        other = Known(found[2]) if found[2] is not None else evaluation.fresh(Source.ARGUMENT)
        parts.append(known.get(name, other))
        size += len(known_text(parts[-1]) or "")
        end = found.end()
        if size > _LONGEST:
            evaluation.gap(Why.TOO_LARGE, "a setting of a submitted job", place)
            return evaluation.fresh(Source.LIMIT)
    return concat([*parts, Known(text[end:])]) if parts else value


def _arguments(value: Value | None) -> tuple[Value, ...]:
    """Split arguments as HTCondor does: the new syntax stands in double quotes, and quotes with single ones."""
    if value is None:
        return ()
    text = known_text(value)
    if text is not None and len(text) > 1 and text[0] == text[-1] == '"':
        return tuple(split_words(Known(text[1:-1].replace('""', '\\"'))))
    if head_of(value).startswith('"'):
        return tuple(split_words(drop(value, 1)))
    return tuple(split_words(value))


def srun(evaluation: Evaluation, arguments: tuple[Value, ...], context: Context) -> Peeled | None:
    """`srun --multi-prog FILE`: each line names tasks, a program and its arguments."""
    from auditor.read.launch.wrappers import peel_parsed

    grammar = grammar_of("srun")
    if grammar is None:
        return None
    parsed = parse(grammar, arguments)
    if not parsed.has("--multi-prog") or not parsed.rest:
        return peel_parsed(evaluation, parsed, context)
    content = content_of(evaluation, parsed.rest[0], context)
    rows: list[tuple[Value, ...]] = []
    for line in _lines(evaluation, known_text(content) or "", context) if content is not None else ():
        words = tuple(split_words(Known(re.sub(r"%[to]", "0", line.partition("#")[0]))))
        if len(words) > 1:
            rows.append(words[1:])
    return Peeled(context, tuple(rows)) if rows else None


def as_one_line(evaluation: Evaluation, arguments: tuple[Value, ...], context: Context) -> Peeled | None:
    """`condor_run [-u UNIVERSE] COMMAND…`, `oarsub -l … COMMAND`, `clush -w NODES COMMAND`: words of one shell line."""
    operands = scan(arguments, "u a l p q t n w x g X f d E O name project property stdout stderr").operands
    return Peeled(context, codes=(joined(operands),)) if operands else None


def ansible(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`ansible HOSTS -m shell -a COMMAND`; without -m, `command` is meant."""
    scanned = scan(
        arguments,
        "a B c e f i l m M o P t T u U args inventory module-name extra-vars limit user connection forks tree "
        "private-key key-file become-user become-method ssh-common-args ssh-extra-args module-path",
    )
    module = known_text(scanned.last("-m", "--module-name") or Known("command"))
    given = scanned.last("-a", "--args")
    if given is None or module is None or not _ANSIBLE.search(module):
        return None
    text = known_text(given)
    line = Known(_ARGUMENT.sub("", text).strip()) if text is not None else given
    inner = for_code(context, elsewhere=True)
    run_text(evaluation, Language.BASH, line, inner, made_by="ansible", argv=(Known("sh"),))
    return None


def salt(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`salt TARGETS cmd.run COMMAND`."""
    operands = scan(arguments, "c t b timeout config-dir batch-size out output log-level l").operands
    for index, word in enumerate(operands[:-1]):
        if (known_text(word) or "").startswith("cmd."):
            inner = for_code(context, elsewhere=True)
            line = operands[index + 1]
            run_text(evaluation, Language.BASH, line, inner, made_by="salt", argv=(Known("sh"),))
            break
    return None
