"""File utilities: what they leave in the table of files that the script has made.

Each takes the evaluation, the arguments and the context. A file written where a program would read
it later is an effect (`file.write`); plain copies between unknown files are remembered, so that a
program keeps its name under another.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.emission import silent
from auditor.read.launch.identity import identify, made_at
from auditor.read.launch.options import scan
from auditor.read.launch.programs import program_of
from auditor.read.launch.written import read_written
from auditor.read.programs.pieces import drop, head_of
from auditor.read.table import File
from auditor.read.values import EMPTY, Known, Value, concat, known_text, unknown, words_of

_DIRECTORIES = frozenset("/tmp /var/tmp /dev/shm /usr/local/bin /usr/bin /bin /root /opt /etc/cron.d".split())  # noqa: S108  (names, not places)
"""Paths that are directories without being told so."""


def write_file(evaluation: Evaluation, path: Value, content: Value, context: Context, *, append: bool = False) -> None:
    """Remember a file written by a program, and record it."""
    text = known_text(path)
    if text in {"/dev/null", "/dev/stdout", "/dev/stderr", "-", "", "/dev/tty"}:
        return
    evaluation.files.write(path, content, append=append, directory=context.directory)
    evaluation.emit("file.write", path, place=context.place)
    read_written(evaluation, path, evaluation.files.whole(path, context.directory) if append else content, context)


def copies(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`cp A… B`, `install A B`, and rsync between paths of this machine."""
    _placed(evaluation, arguments, context)
    return silent(None)


def moves(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`mv A… B`: the old name is kept too, since branches may have left it."""
    _placed(evaluation, arguments, context)
    return silent(None)


def _placed(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> None:
    scanned = scan(arguments, "t S m o g e target-directory suffix mode owner group rsh exclude include", joined="Z")
    operands = scanned.operands
    if scanned.has("-d", "--directory") and not scanned.has("-a", "-R", "-r"):
        return
    directory = scanned.last("-t", "--target-directory")
    sources = operands if directory is not None else operands[:-1]
    target = directory if directory is not None else (operands[-1] if operands else None)
    if target is None:
        return
    is_directory = directory is not None or len(sources) > 1 or _is_directory(evaluation, target, context)
    for source in sources:
        base = posixpath.basename(str(words_of(source)[0]).rstrip("/"))
        place = concat((target, Known("/"), Known(base))) if is_directory else target
        copy_file(evaluation, source, place, context)


def copy_file(evaluation: Evaluation, source: Value, target: Value, context: Context) -> None:
    """Remember one copy, link or move, and record what is written."""
    text = str(words_of(source)[0])
    made = made_at(evaluation, text, context)
    if made is not None:
        name = evaluation.files.path(target, context.directory)
        evaluation.files.table[name] = File(made.content, made.program, made.is_executable)
    else:
        program = program_of(text) if "/" in text else None
        if program is None and identify(evaluation, Known(text), context).program and text.startswith("/"):
            program = posixpath.basename(text)
        evaluation.files.copy(source, target, program=program, directory=context.directory)
    evaluation.emit("file.write", target, place=context.place)
    read_written(evaluation, target, evaluation.files.read(target, context.directory), context)


def _is_directory(evaluation: Evaluation, target: Value, context: Context) -> bool:
    text = str(words_of(target)[0])
    if text.endswith("/") or text in {".", "..", "~"}:
        return True
    normal = evaluation.files.path(target, context.directory)
    if normal in evaluation.files.table:
        return False
    if any(name.startswith(f"{normal}/") for name in evaluation.files.table):
        return True
    return text in _DIRECTORIES


def links(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`ln -s A B`: B runs as A. A relative target of a symbolic link is taken from B's directory."""
    scanned = scan(arguments, "t S target-directory suffix")
    operands = list(scanned.operands)
    directory = scanned.last("-t", "--target-directory")
    if directory is not None and operands:
        operands.append(directory)
    if len(operands) == 1:
        operands.append(Known("."))
    if len(operands) < 2:
        return silent(None)
    for source in operands[:-1]:
        text = str(words_of(source)[0])
        target = operands[-1]
        if directory is not None or len(operands) > 2 or _is_directory(evaluation, target, context):
            target = concat((target, Known("/"), Known(posixpath.basename(text))))
        if scanned.has("-s", "--symbolic") and "/" not in text.rstrip("/") and "/" in str(words_of(target)[0]):
            source = Known(posixpath.join(posixpath.dirname(str(words_of(target)[0])), text))
        copy_file(evaluation, source, target, context)
    return silent(None)


def dd(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`dd if=A of=B`; without them it passes input to output."""
    given = {head_of(word).partition("=")[0]: drop(word, head_of(word).find("=") + 1) for word in arguments}
    cuts = {"skip", "seek", "count", "conv"} & given.keys()
    source, target = given.get("if"), given.get("of")
    if source is not None and target is not None and not cuts:
        copy_file(evaluation, source, target, context)
        return silent(None)
    content = context.stdin if source is None else evaluation.files.read(source, context.directory)
    content = content if content is not None and not cuts else unknown(Source.COMMAND)
    if target is None:
        return Outcome(stdout=content)
    write_file(evaluation, target, content, context)
    return silent(None)


def tee(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`tee [-a] FILE…` writes what it reads, and passes it on."""
    scanned = scan(arguments)
    content = context.stdin if context.stdin is not None else unknown(Source.INPUT)
    for path in scanned.operands:
        write_file(evaluation, path, content, context, append=scanned.has("-a", "--append"))
    return Outcome(stdout=content)


def touch(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`touch FILE…`: a file that is not there yet is empty."""
    for path in scan(arguments, "d t r s date reference size").operands:
        if evaluation.files.find(path, context.directory) is None:
            evaluation.files.write(path, EMPTY, directory=context.directory)
    return silent(None)


def mkfifo(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`mkfifo FILE`: what is read there is what another process writes."""
    for path in scan(arguments, "m mode").operands:
        name = evaluation.files.path(path, context.directory)
        evaluation.files.write(path, unknown(Source.FILE, detail=name), directory=context.directory)
    return silent(None)


def quiet(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """A program that prints nothing and leaves nothing that matters here; its status is not known."""
    return silent(None)


def chmod(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`chmod +x FILE`: a file made executable in a directory that was unpacked is what it was unpacked for."""
    for path in scan(arguments, "reference").operands[1:]:
        text = str(words_of(path)[0])
        tree = made_at(evaluation, text, context, strict=False)
        if tree is not None and evaluation.files.find(path, context.directory) is None:
            evaluation.files.write(path, tree.content, directory=context.directory)
    return silent(None)


def mktemp(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`mktemp [-d] [TEMPLATE]`: a name that nobody knows, the same wherever it is used again.

    The template's own ending is kept, since it tells a language (`/tmp/XXXX.py`).
    """
    scanned = scan(arguments, "p suffix tmpdir")
    name: Value = evaluation.fresh(Source.CLOCK)
    template = known_text(scanned.operands[0]) if scanned.operands else None
    suffix = scanned.last("--suffix")
    if template and "XXX" in template:
        start, _, end = template.partition("XXX")
        name = concat((Known(start), name, Known(end.lstrip("X"))))
    elif suffix is not None:
        name = concat((name, suffix))
    directory = scanned.last("-p", "--tmpdir")
    if directory is not None and known_text(directory) != "":
        name = concat((directory, Known("/"), name))
    if not scanned.has("-d", "--directory", "-u", "--dry-run"):
        evaluation.files.write(name, EMPTY, directory=context.directory)
    return Outcome(stdout=concat((name, Known("\n"))))
