"""Dockerfiles: what a build runs (`RUN`) and what its image starts (`ENTRYPOINT` and `CMD`).

The format is Docker's Dockerfile reference, https://docs.docker.com/reference/dockerfile/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from auditor.model.place import Place, Span
from auditor.model.unit import Language, Unit
from auditor.model.word import Source
from auditor.read.carriers.lines import Line, logical_lines
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Known, Value, unknown

_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_FLAGS = re.compile(r"(?:--[\w-]+(?:=\S+)?\s+)*")
_PAIR = re.compile(r"""([A-Za-z_]\w*)=("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s\\])*)""")


@dataclass(slots=True)
class _Image:
    """The state of one build stage."""

    environment: dict[str, Value] = field(default_factory=dict)
    shell: tuple[str, ...] = ("/bin/sh", "-c")
    entrypoint: tuple[tuple[Value, ...], Span] | None = None
    command: tuple[tuple[Value, ...], Span] | None = None


def read_dockerfile(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read every instruction in order; the last ENTRYPOINT and CMD of each stage are started."""
    image = _Image(dict(context.environment))
    for line in _instructions(unit.text):
        keyword, _, rest = line.text.strip().partition(" ")
        keyword, rest = keyword.upper(), rest.strip()
        if keyword == "ONBUILD":
            keyword, _, rest = rest.partition(" ")
            keyword = keyword.upper()
        place = Place(unit.id, line.span)
        here = replace(context, place=place, environment=image.environment)
        if keyword == "FROM":
            _start(evaluation, unit, context, image)
            image = _Image(dict(context.environment))
        elif keyword == "RUN":
            _run(evaluation, rest[_end_of_flags(rest) :], image, here)
        elif keyword in {"ENV", "ARG"}:
            _set(image, keyword, rest)
        elif keyword == "SHELL":
            image.shell = tuple(_array(rest) or image.shell)
        elif keyword == "ENTRYPOINT":
            image.entrypoint = (_exec_form(rest, image), line.span)
        elif keyword == "CMD":
            image.command = (_exec_form(rest, image), line.span)
        elif keyword in {"ADD", "COPY"}:
            _add(evaluation, rest[_end_of_flags(rest) :], here)
        elif keyword == "HEALTHCHECK" and "CMD" in rest:
            _run(evaluation, rest.partition("CMD")[2].strip(), image, here)
    _start(evaluation, unit, context, image)
    return Outcome()


def _instructions(text: str) -> Iterator[Line]:
    """Give logical lines, each with the heredocs that follow it."""
    physical = text.split("\n")
    skip_to = 0
    for line in logical_lines(text):
        if line.span.line <= skip_to:
            continue
        names = [match[2] for match in _HEREDOC.finditer(line.text)]
        if not names or not line.text.strip().upper().startswith(("RUN", "COPY", "ADD", "ONBUILD")):
            yield line
            continue
        end = line.span.end_line
        for name in names:
            while end < len(physical) and physical[end].strip() != name:
                end += 1
            end = min(end + 1, len(physical))
        body = "\n".join(physical[line.span.end_line : end])
        skip_to = end
        yield Line(f"{line.text}\n{body}", Span(line.span.line, 1, end, len(physical[end - 1]) + 1))


def _run(evaluation: Evaluation, rest: str, image: _Image, context: Context) -> None:
    array = _array(rest)
    if array is not None:
        evaluation.launch([Known(word) for word in array], context)
        return
    heredoc = re.match(r"<<-?\s*(['\"]?)(\w+)\1[ \t]*\n(.*?)\n?\2?\s*$", rest, re.DOTALL)
    if heredoc is not None:
        body = heredoc[3]
        language = Language.PYTHON if re.match(r"#!.*python", body) else Language.BASH
        evaluation.run_code(language, Known(body), context, made_by="RUN heredoc")
    elif re.search(r"(?:^|/)(?:ba|da|z|k|a)?sh$", image.shell[0]):
        evaluation.run_code(Language.BASH, Known(rest), context, made_by="RUN")
    else:
        evaluation.launch([*(Known(word) for word in image.shell), Known(rest)], context)


def _start(evaluation: Evaluation, unit: Unit, context: Context, image: _Image) -> None:
    """Start what the image starts: the entry point with the command as its arguments, or the command alone."""
    started = image.entrypoint or image.command
    if started is None:
        return
    argv = list(started[0])
    if image.entrypoint is not None and image.command is not None:
        argv += image.command[0]
    evaluation.launch(argv, replace(context, place=Place(unit.id, started[1]), environment=image.environment))


def _exec_form(rest: str, image: _Image) -> tuple[Value, ...]:
    array = _array(rest)
    return tuple(Known(word) for word in (array if array is not None else (*image.shell, rest)))


def _set(image: _Image, keyword: str, rest: str) -> None:
    pairs = _PAIR.findall(rest)
    if not pairs and keyword == "ENV":
        name, _, value = rest.partition(" ")
        pairs = [(name, value.strip())]
    for name, value in pairs:
        image.environment[name] = Known(value[1:-1] if value[:1] in {'"', "'"} else value.replace("\\", ""))


def _add(evaluation: Evaluation, rest: str, context: Context) -> None:
    """Remember what `ADD URL PATH` downloads; the build context itself is out of reach."""
    words = _array(rest) or rest.split()
    if len(words) < 2:
        return
    *sources, target = words
    for source in sources:
        if source.startswith(("http://", "https://")):
            evaluation.emit("http.request", "GET", source, place=context.place)
            path = target + source.rpartition("/")[2] if target.endswith("/") else target
            evaluation.files.write(Known(path), unknown(Source.NETWORK, detail=source))


def _array(rest: str) -> list[str] | None:
    if not rest.startswith("["):
        return None
    try:
        return msgspec.json.decode(rest.replace("\\\n", ""), type=list[str])
    except msgspec.DecodeError:
        return None


def _end_of_flags(rest: str) -> int:
    match = _FLAGS.match(rest)
    return match.end() if match else 0
