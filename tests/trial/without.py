"""Runs a command on a machine that lacks something: `without.py nft,namespaces -- auditor trial x.sh`.

For real, and for that command alone: programs are covered in a mount namespace, user namespaces are
counted to none in one of its own (namespaces(7), /proc/sys/user), Landlock's calls are filtered.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

from auditor.trial import syscalls
from auditor.trial.bpf import ALLOW, ENOSYS, EQUAL, LOAD, NUMBER_AT, RETURN, refuse, step

_LANDLOCK_CREATE = 444


def main(lacking: list[str], command: list[str]) -> None:
    """Take things away, and become the command."""
    _own_namespaces()
    for name in lacking:
        match name:
            case "namespaces":
                Path("/proc/sys/user/max_user_namespaces").write_text("0")
            case "landlock":
                _refuse(_LANDLOCK_CREATE)
            case _:
                path = shutil.which(name, path="/usr/sbin:/sbin:/usr/bin:/bin")
                assert path is not None, f"{name} is not there to be taken away"
                syscalls.mount("/dev/null", path, "", syscalls.MS_BIND)
    os.execv(command[0], command)


def _own_namespaces() -> None:
    """Go into user and mount namespaces in which everybody is who he was."""
    uid, gid, is_root = os.geteuid(), os.getegid(), os.geteuid() == 0
    ready, mapped = os.pipe(), os.pipe()
    child = os.fork()
    if child:
        os.read(ready[0], 1)
        if not is_root:
            Path(f"/proc/{child}/setgroups").write_text("deny")
        Path(f"/proc/{child}/uid_map").write_text("0 0 65536" if is_root else f"{uid} {uid} 1")
        Path(f"/proc/{child}/gid_map").write_text("0 0 65536" if is_root else f"{gid} {gid} 1")
        os.write(mapped[1], b"x")
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    syscalls.unshare(syscalls.CLONE_NEWUSER | syscalls.CLONE_NEWNS)
    os.write(ready[1], b"x")
    os.read(mapped[0], 1)
    syscalls.mount("none", "/", "", syscalls.MS_REC | syscalls.MS_PRIVATE)


def _refuse(number: int) -> None:
    program = b"".join([step(LOAD, NUMBER_AT), step(EQUAL, number, 0, 1), refuse(ENOSYS), step(RETURN, ALLOW)])

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))

    syscalls.gain_no_privileges()
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(22, 2, ctypes.byref(Program(len(program) // 8, program))) == 0


if __name__ == "__main__":
    at = sys.argv.index("--")
    main([name for name in sys.argv[1].split(",") if name], sys.argv[at + 1 :])
