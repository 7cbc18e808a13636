"""Redirections: what the descriptors of a command lead to, and what is left in files afterwards.

Takes redirections and a way to run the command, opens them in order, runs, and stores what was
written. `/dev/tcp` and `/dev/udp` are connections, `/dev/fd/N` is what descriptor N reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from auditor.model.word import Source
from auditor.read.evaluation import Evaluation
from auditor.read.launch.programs import known_programs
from auditor.read.launch.written import read_written
from auditor.read.secrets import is_sensitive, located
from auditor.read.shell.memory import Stream
from auditor.read.shell.syntax import Command, Redirect, Word
from auditor.read.shell.words import segments, single, word_fields
from auditor.read.spoken import say
from auditor.read.values import EMPTY, Known, Text, Unknown, Value, alternatives, concat, known_text, unknown

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_DEVICE = re.compile(r"/dev/(tcp|udp)/([^/]*)/([^/]*)$", re.DOTALL)
_QUIET = re.compile(r"/dev/(?:null|zero|full|tty|stdout|stderr|stdin|fd/\d+|ptmx|pts/\d+)$|/proc/self/fd/\d+$")
_PROGRAM = re.compile(r"(?:/usr)?(?:/local)?/s?bin/([^/]+)$")


def with_redirects(shell: Shell, redirects: Sequence[Redirect], run: Callable[[], None]) -> None:
    """Run something with its redirections."""
    if not redirects:
        run()
        return
    saved = dict(shell.memory.streams)
    opened = open_all(shell, redirects)
    try:
        run()
    finally:
        shell.memory.streams = saved
    if shell.memory.ended and not all(_is_sure(shell, redirect) for redirect in redirects):
        shell.memory.ended = ""  # what cannot be opened keeps `exit` from being run
    for stream, append in opened:
        store(shell, stream, append=append)


def _is_sure(shell: Shell, redirect: Redirect) -> bool:
    """Whether a redirection cannot fail: a document, nothing, or a descriptor that the shell has from its start."""
    text = redirect.target.plain if redirect.target is not None else None
    if redirect.document is not None or redirect.operator == "<<<" or text == "/dev/null":
        return True
    return redirect.operator in (">&", "<&") and text in ("0", "1", "2") and not shell.shared.has_closed


def open_all(shell: Shell, redirects: Sequence[Redirect], *, lasting: bool = False) -> list[tuple[Stream, bool]]:
    """Open redirections in order; gives the files to store afterwards. `lasting` ones (`exec`) are written through."""
    opened: list[tuple[Stream, bool]] = []
    for redirect in redirects:
        _open(shell, redirect, opened, lasting)
    return opened


def store(shell: Shell, stream: Stream, *, append: bool) -> None:
    """Leave what was written to a stream in its file."""
    if stream.path is not None:
        leave(shell, stream.path, stream.text, append=append)


def leave(shell: Shell, path: Value, content: Value, *, append: bool) -> None:
    """Leave content in a file; a copy of a program, an ssh configuration and `>(…)` mean more than text."""
    files, directory = shell.evaluation.files, shell.memory.directory
    if isinstance(content, Unknown) and content.hole.source is Source.FILE and not append:
        match = _PROGRAM.match(content.hole.detail)
        if match and match[1] in known_programs():
            files.copy(Known(content.hole.detail), path, program=match[1], directory=directory)
            return
    files.write(path, content, append=append, directory=directory)
    text = known_text(path)
    if text in shell.outputs:
        body = shell.outputs[text]
        shell.memory.streams[0], kept = Stream(content=content), shell.memory.streams.get(0)
        shell.subshell(body)
        shell.memory.streams[0] = kept or Stream()
    elif text is not None and not isinstance(content, Unknown):
        whole = files.whole(path, directory) if append else content
        read_written(shell.evaluation, path, whole, shell.inner_context())


def hold(evaluation: Evaluation, path: Value, content: Value) -> None:
    """Let a file be read that the script does not leave behind: a descriptor's, or the script itself."""
    evaluation.files.write(path, content)
    evaluation.files.found_outside.add(evaluation.files.path(path))


def write(shell: Shell, value: Value, descriptor: int = 1) -> None:
    """Let the current command write to a descriptor."""
    stream = shell.memory.streams.get(descriptor)
    if stream is None or stream.is_error:
        return
    if stream.socket is not None:
        say(shell.evaluation, value, stream.socket, shell.place())
        return
    if stream.writes_through and stream.path is not None:
        leave(shell, stream.path, value, append=True)
    elif known_text(value) != "":
        stream.pieces.append(value)


def feed(shell: Shell, body: Command, content: Value) -> None:
    """Walk the commands of `>(…)` with what was written to it."""
    saved = dict(shell.memory.streams)
    shell.memory.streams[0] = Stream(content=content)
    shell.subshell(body)
    shell.memory.streams = saved


def reading(shell: Shell, path: Value) -> Value:
    """Give what a file holds: of the script's making, a descriptor's, the script itself, or unknown."""
    text = known_text(path)
    if text in ("/dev/null", "/dev/zero"):
        return EMPTY
    if text in ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"):
        source = shell.memory.streams.get(0)
        return source.content if source is not None and source.content is not None else unknown(Source.INPUT)
    files, directory = shell.evaluation.files, shell.memory.directory
    if files.find(path, directory) is None and path == shell.memory.name:
        return Known(shell.home.unit.text)
    return files.read(path, directory)


def _open(shell: Shell, redirect: Redirect, opened: list[tuple[Stream, bool]], lasting: bool) -> None:
    streams, operator = shell.memory.streams, redirect.operator
    descriptor = redirect.descriptor
    if descriptor is None:
        descriptor = 0 if operator[0] == "<" else 1
    if redirect.variable is not None:
        shell.shared.numbers += 1
        descriptor = shell.shared.numbers
        if redirect.target is None or redirect.target.plain != "-":
            shell.assign(redirect.variable, Known(str(descriptor)))
        else:
            descriptor = int(known_text(shell.look(redirect.variable) or EMPTY) or -1)
    if redirect.document is not None:
        body = redirect.document.body or Word(())
        parts = [segment[0] for segment in segments(shell, body.parts, in_double=True) if segment is not None]
        _give(shell, descriptor, concat(parts, shell.limits.alternatives) if parts else EMPTY)
        return
    assert redirect.target is not None
    if operator == "<<<":
        _give(shell, descriptor, concat((single(shell, redirect.target), Known("\n")), shell.limits.alternatives))
        return
    target = _target(shell, redirect.target)
    text = known_text(target)
    if operator in ("<&", ">&") and text is not None and re.fullmatch(r"\d+-?|-", text):
        shell.shared.has_closed = shell.shared.has_closed or text.endswith("-")
        _duplicate(shell, descriptor, text)
        return
    if operator == ">&" and text is None and redirect.descriptor is not None:
        return
    is_both = operator in ("&>", "&>>") or (operator == ">&" and redirect.descriptor is None)
    stream = _stream(shell, operator, target)
    streams[descriptor] = stream
    if is_both:
        streams[1] = streams[2] = stream
    if stream.path is not None and operator not in ("<", "<&"):
        append = operator in (">>", "&>>")
        if lasting:
            stream.writes_through = True
            if not append and operator != "<>":
                leave(shell, stream.path, EMPTY, append=False)
        elif operator != "<>":
            opened.append((stream, append))
    elif stream.content is not None and descriptor > 2:
        _give(shell, descriptor, stream.content, stream)


def _target(shell: Shell, word: Word) -> Value:
    choices = word_fields(shell, word)
    return choices[0][0] if len(choices) == 1 and len(choices[0]) == 1 else single(shell, word)


def _give(shell: Shell, descriptor: int, content: Value, stream: Stream | None = None) -> None:
    """Let a descriptor read known content, and let `/dev/fd/N` name it."""
    shell.memory.streams[descriptor] = stream or Stream(content=content)
    if descriptor > 2:
        hold(shell.evaluation, Known(f"/dev/fd/{descriptor}"), content)
        hold(shell.evaluation, Known(f"/proc/self/fd/{descriptor}"), content)


def _duplicate(shell: Shell, descriptor: int, text: str) -> None:
    streams = shell.memory.streams
    if text == "-":
        streams[descriptor] = Stream(is_error=True)
        return
    source = streams.get(int(text.rstrip("-")[:6]))
    if source is None:
        return
    streams[descriptor] = source
    if descriptor > 2 and source.content is not None:
        _give(shell, descriptor, source.content, source)


def _stream(shell: Shell, operator: str, target: Value) -> Stream:
    """Open a path for reading or writing."""
    sockets = [_socket(shell, each) for each in alternatives(target)]
    for found in sockets:
        if found is not None:
            protocol, host, port = found
            shell.evaluation.emit("net.connect", protocol, host, port, place=shell.place())
            # What a socket sends is code from elsewhere once something runs it.
            return Stream(content=shell.evaluation.fresh(Source.NETWORK), socket=(host, port))
    text = known_text(target)
    if operator in ("<", "<&"):
        _note_read(shell, target)
        return Stream(content=reading(shell, target))
    if text is not None and _QUIET.fullmatch(text):
        match = re.search(r"(stdout|stderr|fd/\d+)$", text)
        number = {"stdout": 1, "stderr": 2}.get(match[1], 0) if match else None
        if match and match[1].startswith("fd/"):
            number = int(match[1][3:][:6])
        if number is not None and text in shell.outputs:
            return Stream(path=target)
        return shell.memory.streams.get(number, Stream(is_error=True)) if number is not None else Stream(is_error=True)
    shell.evaluation.emit("file.write", target, place=shell.place())
    content = reading(shell, target) if operator == "<>" else None
    return Stream(content=content, path=target)


def _note_read(shell: Shell, path: Value) -> None:
    """Record that a file of secrets is read, whatever its name here."""
    text = known_text(path)
    place = located(shell.evaluation.files, text, shell.memory.directory) if text else ""
    if is_sensitive(place):
        shell.evaluation.emit("file.read", place, place=shell.place())


def _socket(shell: Shell, value: Known | Text | Unknown) -> tuple[str, Value, Value] | None:
    """Give protocol, host and port of a `/dev/tcp` path; host and port may have unknown parts."""
    if isinstance(value, Unknown):
        return None
    parts = (known_text(value) or "",) if isinstance(value, Known) else value.parts
    if not isinstance(parts[0], str) or not parts[0].startswith(("/dev/tcp/", "/dev/udp/")):
        return None
    spelled = "".join(part if isinstance(part, str) else shell.evaluation.placeholder(part) for part in parts)
    match = _DEVICE.match(spelled)
    if match is None:
        return None
    return match[1], shell.text(match[2]), shell.text(match[3])
