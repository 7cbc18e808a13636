"""What a tried script writes, kept to a bound: in a file, or through a terminal that answers yes.

With a terminal, the script's standard streams are one; whoever sits there says `y` a few times and
then ends the input. It is a terminal of its own (openpty(3)) that nobody else has open.
"""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
import threading
from contextlib import suppress
from pathlib import Path

_BYTES = 200_000
_ANSWERS = b"y\ny\ny\n\x04"


class Output:
    """Where the tracer's output goes; `descriptor` is what it gets."""

    def __init__(self, file: Path, *, has_terminal: bool) -> None:
        self._file = file.open("w+b")
        self._reader: threading.Thread | None = None
        self.descriptor = self._file.fileno()
        if has_terminal:
            self._near, self.descriptor = pty.openpty()
            fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
            self._reader = threading.Thread(target=self._pump, daemon=True)

    def begin(self) -> None:
        """Go on after the tracer has got the descriptor."""
        if self._reader is not None:
            os.close(self.descriptor)
            self._reader.start()
            with suppress(OSError):
                os.write(self._near, _ANSWERS)

    def read(self) -> bytes:
        """Give the beginning of what was written."""
        if self._reader is not None:
            self._reader.join(1.0)
        self._file.seek(0)
        return self._file.read(_BYTES)

    def _pump(self) -> None:
        kept = 0
        with suppress(OSError):  # EIO when the other side is closed
            while chunk := os.read(self._near, 65_536):
                if kept < _BYTES:
                    self._file.write(chunk)
                    self._file.flush()
                    kept += len(chunk)
