"""What a composition really runs: the real bash or Python runs it with stub programs, in a room of its own.

The room is bubblewrap's: no network, no process of ours, a temporary directory, a `/usr/bin` of links to
real tools in which the programs asked about are stubs that write down their arguments.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

TOOLS = (
    "awk base32 base64 basename bash bzip2 cat chmod cp cut date dirname echo env false find flock grep gunzip gzip "
    "head id install ln ls mkdir mktemp mv nice nohup od openssl paste perl printf readlink rev rm script sed setsid "
    "sleep sort stdbuf tail tee test timeout touch tr true uname uniq wc which xargs xxd xz zcat"
).split()
SECONDS = 10.0
_STUB = '#!/bin/bash -p\nprintf \'%s\\0\' "$#" {name} "$@" >> /log/argv\n'
_SYSTEM = (
    "/lib /lib64 /lib32 /usr/lib /usr/lib64 /usr/libexec /usr/share/perl /etc/alternatives /etc/ld.so.cache /etc/passwd"
).split()


@dataclass(frozen=True, slots=True)
class Room:
    """A place where stubs stand ready; made once for many runs."""

    folder: Path

    @classmethod
    def at(cls, folder: Path, stubs: tuple[str, ...]) -> Room:
        """Make the room's tools and stubs below a folder."""
        tools = folder / "bin"
        tools.mkdir()
        for name in sorted(set(TOOLS) - set(stubs)):
            found = shutil.which(name, path="/usr/bin:/bin")
            if found:
                (tools / name).symlink_to(_elsewhere(Path(found).resolve()))
        (tools / "sh").symlink_to("bash")
        python = Path(sys.base_prefix) / "bin" / f"python{sysconfig.get_python_version()}"
        for name in ("python3", "python"):
            (tools / name).symlink_to(_elsewhere(python.resolve()))
        for name in stubs:
            (tools / name).write_text(_STUB.format(name=name))
            (tools / name).chmod(0o755)
        return cls(folder)

    def run(self, language: str, text: str) -> list[tuple[str, ...]]:
        """Run a program and give the argv of each stub that was started, in order."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            stage = Path(name)
            (stage / "log").mkdir()
            (stage / "script").write_text(text, encoding="utf-8", errors="surrogateescape")
            command = [*self._walls(stage), "python3" if language == "python" else "bash", "/log/script"]
            (stage / "script").rename(stage / "log" / "script")
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            recorded = stage / "log" / "argv"
            return parse(recorded.read_bytes()) if recorded.exists() else []

    def _walls(self, stage: Path) -> list[str]:
        prefix = sys.base_prefix
        walls = ["bwrap", "--unshare-all", "--die-with-parent", "--clearenv", "--proc", "/proc", "--dev", "/dev"]
        for path in (*_SYSTEM, *(() if prefix == "/usr" else (prefix,))):
            walls += ["--ro-bind-try", path, path]
        walls += ["--ro-bind", "/usr/bin", "/tools/usr", "--ro-bind", str(self.folder / "bin"), "/usr/bin"]
        walls += ["--symlink", "usr/bin", "/bin", "--tmpfs", "/tmp", "--bind", str(stage / "log"), "/log"]
        settings = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
        for name, value in settings.items():
            walls += ["--setenv", name, value]
        return [*walls, "--chdir", "/tmp", "--"]


def _elsewhere(path: Path) -> Path:
    """Give a tool's path inside the room, where `/usr/bin` is replaced."""
    if path.parent in (Path("/usr/bin"), Path("/bin")):
        return Path("/tools/usr") / path.name
    return path


def parse(data: bytes) -> list[tuple[str, ...]]:
    """Read what stubs wrote: a count, the program, that many arguments, each ended by a zero byte."""
    fields = data.decode("utf-8", "replace").split("\0")[:-1]
    runs = []
    at = 0
    while at < len(fields):
        end = at + 2 + int(fields[at])
        runs.append(tuple(fields[at + 1 : end]))
        at = end
    return runs


def obstacle() -> str:
    """Say why this machine cannot be the oracle; empty where it can."""
    if not sys.platform.startswith("linux") or shutil.which("bwrap") is None:
        return "bubblewrap is not installed, and the real shells run nowhere else"
    try:
        tried = subprocess.run(
            ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"], capture_output=True, timeout=10, check=False
        )
    except subprocess.TimeoutExpired:
        return "bubblewrap does not answer"
    return "" if tried.returncode == 0 else f"no namespaces: {tried.stderr.decode('utf-8', 'replace')[:200]}"
