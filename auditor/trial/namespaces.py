"""Going into a trial's namespaces: privileges first, then user, network, process and mount namespaces.

`enter` forks: the caller gets a process id to wait for, the grandchild runs as process 1 of the new
namespaces and never returns. Root drops its real user first: inside a user namespace, a process
that still is host root keeps what the file system gives host root.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from auditor.trial import syscalls

DROPPED_ID = 64_999  # owns nothing on any disk
_NAMESPACES = (
    syscalls.CLONE_NEWUSER
    | syscalls.CLONE_NEWNET
    | syscalls.CLONE_NEWPID
    | syscalls.CLONE_NEWNS
    | syscalls.CLONE_NEWIPC
    | syscalls.CLONE_NEWUTS
)


def enter(exposed: tuple[str, ...], run: Callable[[], None]) -> int:
    """Fork a process that goes into new namespaces and runs there; give its id.

    `exposed` are interpreter prefixes that the dropped user could not reach otherwise (below a closed
    home directory).
    """
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        syscalls.die_with_parent()
        os.setsid()
        os.chdir("/")  # the worker's own directory is closed to the user that is left
        if os.getuid() == 0:
            _expose(exposed)
            drop()
        syscalls.leave_keyrings()
        syscalls.gain_no_privileges()
        uid, gid = os.getuid(), os.getgid()
        syscalls.unshare(_NAMESPACES)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
        status = _run_as_first(run)
    except BaseException:  # the fork's end: nothing may return into the caller's code
        traceback.print_exc(file=sys.stderr)
    finally:
        os._exit(status)


def _run_as_first(run: Callable[[], None]) -> int:
    """Fork process 1 of the new process namespace, run there, and give its exit status."""
    first = os.fork()
    if first == 0:
        code = 1
        try:
            syscalls.die_with_parent()
            syscalls.mount("none", "/", "", syscalls.MS_REC | syscalls.MS_PRIVATE)
            syscalls.mount("proc", "/proc", "proc", syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC)
            run()
            code = 0
        except BaseException:  # as above
            traceback.print_exc(file=sys.stderr)
        finally:
            os._exit(code)
    _, status = os.waitpid(first, 0)
    return os.waitstatus_to_exitcode(status) & 0xFF


def drop() -> None:
    """Give up root for good, for a user that owns nothing."""
    os.setgroups([])
    os.setresgid(DROPPED_ID, DROPPED_ID, DROPPED_ID)
    os.setresuid(DROPPED_ID, DROPPED_ID, DROPPED_ID)
    syscalls.be_dumpable()
    syscalls.die_with_parent()  # cleared by the change of user


def _expose(prefixes: tuple[str, ...]) -> None:
    """Show prefixes at their own paths though a directory above them is closed, in a mount namespace of our own."""
    closed = {prefix: parent for prefix in prefixes if (parent := closed_parent(prefix)) is not None}
    if not closed:
        return
    syscalls.unshare(syscalls.CLONE_NEWNS)
    syscalls.mount("none", "/", "", syscalls.MS_REC | syscalls.MS_PRIVATE)
    opened = {prefix: os.open(prefix, os.O_RDONLY | os.O_DIRECTORY) for prefix in closed}
    for parent in set(closed.values()):
        syscalls.mount("tmpfs", parent, "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, "size=1m,mode=755")
    for prefix, descriptor in opened.items():
        Path(prefix).mkdir(parents=True, exist_ok=True)
        syscalls.mount(f"/proc/self/fd/{descriptor}", prefix, "", syscalls.MS_BIND | syscalls.MS_REC)
        os.close(descriptor)


def closed_parent(prefix: str) -> str | None:
    """Give the outermost directory above a path that others may not pass."""
    path = Path(prefix)
    for parent in reversed(path.parents):
        if not parent.stat().st_mode & 0o001:
            return str(parent)
    return None
