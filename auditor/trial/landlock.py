"""Landlock: what a process and its children may do with files, TCP ports and signals, given up by itself.

The structures and numbers are those of landlock(7) and linux/landlock.h; the same on every
architecture. Interface version 3 (Linux 6.2) is the first that holds truncation; 4 adds TCP ports,
6 signals and abstract sockets. Needs no privilege and no namespace.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

LEAST_VERSION = 3
_CREATE_RULESET, _ADD_RULE = 444, 445
RESTRICT_SELF = 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _IOCTL = 1, 2, 4, 8, 1 << 14, 1 << 15
_ALL_FILES = {3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_READING = _EXECUTE | _READ_FILE | _READ_DIR
_NO_TCP, _NO_SIGNALS_OR_ABSTRACT = 3, 3

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Give the kernel's interface version; 0 where it has no Landlock or it is switched off."""
    return max(
        0, int(_libc.syscall(ctypes.c_long(_CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint(_ASK_VERSION)))
    )


def holds_signals(used: int) -> bool:
    """Whether a version keeps signals within."""
    return used >= 6


def ruleset(readable: Iterable[str], writable: Iterable[str], used: int) -> int:
    """Give a descriptor of rules that allow these trees and files, and nothing else; `used` is a version.

    What is not there is left out. Raises OSError.
    """
    everything = _ALL_FILES[min(used, 5)]
    attributes = struct.pack("=Q", everything)
    attributes += struct.pack("=Q", _NO_TCP) if used >= 4 else b""
    attributes += struct.pack("=Q", _NO_SIGNALS_OR_ABSTRACT) if holds_signals(used) else b""
    made = _libc.syscall(ctypes.c_long(_CREATE_RULESET), attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint(0))
    if made < 0:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    for paths, allowed in ((readable, _READING), (writable, everything)):
        for path in paths:
            _allow(made, path, allowed & everything)
    return int(made)


def _allow(rules: int, path: str, allowed: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            allowed &= _OF_A_FILE
        beneath = struct.pack("=Qi", allowed, descriptor)
        if _libc.syscall(
            ctypes.c_long(_ADD_RULE), ctypes.c_int(rules), ctypes.c_int(_PATH_BENEATH), beneath, ctypes.c_uint(0)
        ):
            raise OSError(ctypes.get_errno(), f"landlock_add_rule {path}")
    finally:
        os.close(descriptor)
