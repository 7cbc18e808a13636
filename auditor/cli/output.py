"""Where the command line writes: the report to standard output or a file, everything else to standard error.

Takes text that is already harmless. A reader that goes away ends the command quietly.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from auditor.errors import UsageError
from auditor.render.escape import cut, visible
from auditor.render.look import Look

_WIDEST = 120
_PIPED = 80


class OutputClosedError(Exception):
    """Whoever read the report has gone away."""


class Output:
    """Where a report goes."""

    def __init__(self, stream: TextIO, look: Look) -> None:
        self._stream = stream
        self.look = look

    def write(self, text: str) -> None:
        """Write at once, so that an interrupt keeps what was written before it."""
        if not text:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except BrokenPipeError as error:
            raise OutputClosedError from error
        except OSError as error:
            raise UsageError(f"the report cannot be written: {error.strerror}", hint="is there room?") from error


@contextmanager
def opened(file: Path | None) -> Iterator[Output]:
    """Open a file, or standard output; a file that cannot be written is a usage error before any work is done."""
    if file is None:
        yield Output(_tolerant(sys.stdout), look_of(sys.stdout))
        return
    try:
        stream = file.open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}", hint="--output needs a file that can be written") from error
    with stream:
        yield Output(stream, Look(width=100))


def look_of(stream: TextIO) -> Look:
    """Say how text is drawn on a stream: colour only on a terminal that wants it."""
    is_terminal = stream.isatty()
    wants_colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = min(shutil.get_terminal_size((_PIPED, 24)).columns, _WIDEST) if is_terminal else _columns()
    encoding = (stream.encoding or "").lower().replace("-", "")
    return Look(width=width, is_coloured=is_terminal and wants_colour, is_unicode=encoding.startswith("utf"))


def complain(kind: str, message: str, hint: str = "") -> None:
    """Say on standard error what went wrong, in one line, and what to do."""
    stream = _tolerant(sys.stderr)
    try:
        stream.write(f"auditor: {kind}: {visible(message)}\n" + (f"  hint: {visible(hint)}\n" if hint else ""))
        stream.flush()
    except OSError:
        return


def drop_output() -> None:
    """Let the interpreter end without a word about a pipe that nobody reads."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            try:
                os.dup2(null, stream.fileno())
            except (OSError, ValueError):
                continue


class Progress:
    """One line on standard error that says how far the work is; silent unless that is a terminal."""

    def __init__(self, *, is_wanted: bool) -> None:
        self._is_shown = is_wanted and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def show(self, text: str) -> None:
        """Replace the line."""
        if self._is_shown:
            width = shutil.get_terminal_size((_PIPED, 24)).columns - 1
            sys.stderr.write("\r\x1b[2K" + cut(visible(text), width))
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away, so that something else can be written."""
        if self._is_shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


def _columns() -> int:
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isdecimal() and 40 <= int(columns) <= 1_000 else _PIPED


def _tolerant(stream: TextIO) -> TextIO:
    # A terminal in another encoding gets escapes in place of what it cannot show.
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream
