"""An episode: the calls of one trajectory in order, and the files that they have written so far.

Takes calls, gives inputs: a command as it ran, with the earlier files that it may run; a file as a
write or an edit left it. Files are remembered within bounds, and only those that a command's text
can mean surround it, so that equal commands stay equal.
"""

from __future__ import annotations

import posixpath
import re
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import msgspec

from auditor.intake.datasets.columns import told_by
from auditor.intake.datasets.input import Input, Moment, bounded, clean
from auditor.intake.trajectories.calls import Call, time_ns
from auditor.intake.trajectories.code import Command, Edit, Piece, Write, pieces_of, written_by
from auditor.model.surroundings import NOTHING, Surroundings
from auditor.model.unit import Language
from auditor.settings import DEFAULT_LIMITS

_MOST_FILES = 200
_MOST_ASKED = 4_000
_MOST_TEXT = 4_000_000
_MOST_GIVEN = 12
_MOST_GIVEN_TEXT = 400_000
_NAME = re.compile(r"[\w.+@-]{1,128}")


_IS_BARE: ContextVar[bool] = ContextVar("is_bare", default=False)


@contextmanager
def bare_calls() -> Iterator[None]:
    """Let calls without code be inputs too: when a tool was at work matters to a correlation."""
    token = _IS_BARE.set(True)
    try:
        yield
    finally:
        _IS_BARE.reset(token)


class Episode:
    """Makes inputs of the calls of one trajectory."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._files: OrderedDict[str, str] = OrderedDict()
        self._bytes = 0
        self._trajectory: str | None = None

    def inputs(self, call: Call) -> Iterator[Input]:
        """Give the inputs of a call; nothing where it holds no code, or a bare one within `bare_calls`."""
        if call.trajectory != self._trajectory:
            self._files.clear()
            self._bytes = 0
            self._trajectory = call.trajectory
        is_bare = _IS_BARE.get()
        for index, piece in enumerate(pieces_of(call)):
            is_bare = False
            yield self._input(call, piece, index)
        if is_bare:
            yield self._bare(call)

    def _bare(self, call: Call) -> Input:
        try:
            asked = msgspec.json.encode(dict(call.arguments))[:_MOST_ASKED]
        except (TypeError, ValueError, OverflowError, RecursionError):
            asked = b""
        moment, is_assumed = time_ns(call.time)
        return Input(
            id=clean(f"{call.trajectory}#{call.step}:{call.id or call.step}")[:500],
            source=self._source,
            path="",
            data=asked,
            moment=_moment(call, moment, is_assumed=is_assumed),
            is_bare=True,
        )

    def _input(self, call: Call, piece: Piece, index: int) -> Input:
        language: Language | None = None
        surroundings = NOTHING
        if isinstance(piece, Command):
            text = piece.text
            language, path = told_by(piece.language)
            surroundings = self._around(text, call.directory)
            for write in written_by(text):
                self._remember(_joined(call.directory, write.path), write.text)
        elif isinstance(piece, Write):
            path, text = piece.path, piece.text
            self._remember(_joined(call.directory, path), text)
        else:
            path, text = piece.path, self._edited(_joined(call.directory, piece.path), piece)
        moment, is_assumed = time_ns(call.time)
        step_id = call.id or f"{call.step}"
        suffix = f".{index}" if index else ""
        return bounded(
            Input(
                id=clean(f"{call.trajectory}#{call.step}:{step_id}{suffix}")[:500],
                source=self._source,
                path=clean(path)[:1_000],
                data=text.encode("utf-8", "surrogatepass"),
                language=language,
                moment=_moment(call, moment, is_assumed=is_assumed),
                surroundings=surroundings,
            )
        )

    def _edited(self, path: str, edit: Edit) -> str:
        """Give the file as the edit leaves it; where the file is not known, what the edit puts in."""
        before = self._files.get(path)
        if before is None:
            return edit.new
        if edit.line is not None:
            lines = before.splitlines(keepends=True)
            at = max(0, min(edit.line, len(lines)))
            after = "".join(lines[:at]) + edit.new.rstrip("\n") + "\n" + "".join(lines[at:])
        elif edit.old and edit.old in before:
            after = before.replace(edit.old, edit.new, -1 if edit.is_everywhere else 1)
        else:
            return edit.new
        self._remember(path, after)
        return after

    def _remember(self, path: str, text: str) -> None:
        if len(text) > DEFAULT_LIMITS.script_bytes:
            return
        self._bytes += len(text) - len(self._files.pop(path, ""))
        self._files[path] = text
        while len(self._files) > _MOST_FILES or self._bytes > _MOST_TEXT:
            self._bytes -= len(self._files.popitem(last=False)[1])

    def _around(self, text: str, directory: str) -> Surroundings:
        """Give the earlier files that a text names, and those that these name in turn."""
        if not self._files:
            return NOTHING
        chosen: dict[str, str] = {}
        waiting, size = [text], 0
        while waiting:
            names = set(_NAME.findall(waiting.pop()))
            has_wildcard = "*" in text
            for path, content in reversed(self._files.items()):
                base = posixpath.basename(path)
                stem = base.partition(".")[0]
                is_meant = (
                    base in names or stem in names or any(stem in name.split(".") for name in names if "." in name)
                )
                is_meant = is_meant or (has_wildcard and f"*{posixpath.splitext(base)[1]}" in text)
                if (
                    path in chosen
                    or not is_meant
                    or len(chosen) >= _MOST_GIVEN
                    or size + len(content) > _MOST_GIVEN_TEXT
                ):
                    continue
                chosen[path] = content
                size += len(content)
                waiting.append(content)
        if not chosen:
            return NOTHING
        files = dict(chosen)
        if not directory:
            # the directory is not known: a file is also meant by its bare name
            files.update({posixpath.basename(path): content for path, content in reversed(chosen.items())})
        cleaned = tuple((clean(path), clean(content)) for path, content in sorted(files.items()))
        return Surroundings(directory=clean(directory), files=cleaned)


def _moment(call: Call, time: int | None, *, is_assumed: bool) -> Moment:
    return Moment(
        clean(call.trajectory)[:300], call.step, clean(call.id)[:200], clean(call.tool)[:200], time, is_assumed
    )


def _joined(directory: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(directory, path)) if directory else posixpath.normpath(path)
