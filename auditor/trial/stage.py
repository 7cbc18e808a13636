"""The stage: everything that the script can write, on one bounded file system, and what it looked like before.

Takes a directory on a fresh tmpfs; gives the folders that are bound into the sandbox, filled with
a plausible small machine: a user with a home, hosts, names, trust in the sinkhole's authority,
decoys for tools that are missing.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from auditor.trial.decoys import decoys
from auditor.trial.marks import LONGEST_PIECE, MARKER, MOST_PIECES
from auditor.trial.request import FileChange, StagedFile

WORK, HOME, TRIAL = "/work", "/home/worker", "/trial"
# Its standard input is a pipe of the box's: held on descriptor 9, it keeps the sandbox open when the script has ended.
_INIT = """exec 9<&0 0<INPUT
"$@" 9<&-
rc=$?
true 2>/dev/null </.trial-done/$rc
read _ <&9
exit $rc
"""
_BASH_ENV = """if [ -z "$TRIAL_XTRACE" ]; then
exec {BASH_XTRACEFD}>>TRIAL/cov/lines
export TRIAL_XTRACE=1
PS4=$'+\\t${BASH_SOURCE}:${LINENO}\\t'
set -x
fi
"""
# What a program may need to know of the machine it runs on, and the machine says.
SYSTEM_ETC = (
    "alternatives", "ld.so.conf.d", "ld.so.cache", "ld.so.conf", "localtime", "mime.types", "protocols", "services",
    "ssl/openssl.cnf",
)  # fmt: skip
_KEPT_CONTENT = 65_536
_MOST_CHANGES = 2_000


@dataclass(slots=True)
class Stage:
    """A staged machine under `root`; `binds` are its folders and where the script sees them."""

    root: Path
    uid: int = 1000
    tools: tuple[str, ...] = ()
    """Programs that the script is known to start; those that are missing get a stand-in."""
    has_terminal: bool = False
    trial: str = TRIAL
    """Where the script sees what the trial itself needs."""
    _before: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    @property
    def binds(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a folder and its place in the sandbox."""
        places = {"work": WORK, "home": HOME, "tmp": "/tmp", "var": "/var", "etc": "/etc"}  # noqa: S108
        return tuple((str(self.root / name), place) for name, place in places.items())

    def build(self, files: tuple[StagedFile, ...], authority: bytes, known_host: str) -> None:
        """Lay out the folders and files."""
        for name in (
            "work",
            "home/.ssh",
            "tmp",
            "var/tmp",
            "var/log",
            "var/spool/cron",
            "etc",
            "trial/bin",
            "trial/cov",
        ):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        (self.root / "home/.ssh").chmod(0o700)
        (self.root / "tmp").chmod(0o1777)
        self._etc(authority, known_host)
        self._tools()
        for file in files:
            self._lay(file)
        for name in (".bashrc", ".profile"):
            (self.root / "home" / name).write_text("# ~/" + name + "\n")
        self._before = self._seen()

    def changes(self) -> tuple[FileChange, ...]:
        """Say what differs from when the stage was built."""
        after = self._seen()
        changes: list[FileChange] = []
        for path, (mode, size, changed) in sorted(after.items()):
            before = self._before.get(path)
            if before != (mode, size, changed):
                kind = "created" if before is None else "changed"
                content = self._content(path)
                kept = hashlib.sha256(content).hexdigest() if content else ""
                changes.append(FileChange(path, kind, stat.S_IMODE(mode), content, size, kept))
        changes += [FileChange(path, "removed") for path in sorted(self._before.keys() - after.keys())]
        return tuple(changes[:_MOST_CHANGES])

    def _lay(self, file: StagedFile) -> None:
        target = (self.root / "work" / file.path).resolve()
        if not target.is_relative_to((self.root / "work").resolve()):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
        target.chmod(0o755 if file.is_executable else 0o644)

    def _etc(self, authority: bytes, known_host: str) -> None:
        etc = self.root / "etc"
        texts = {
            "passwd": f"root:x:0:0:root:/root:/bin/bash\nworker:x:{self.uid}:{self.uid}:worker:{HOME}:/bin/bash\n"
            "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
            "group": f"root:x:0:\nworker:x:{self.uid}:\nnogroup:x:65534:\n",
            "hosts": "127.0.0.1 localhost\n::1 localhost\n10.0.2.15 worker\n",
            "hostname": "worker\n",
            "resolv.conf": "nameserver 10.0.2.3\noptions timeout:2\n",
            "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n",
            "crontab": "SHELL=/bin/sh\nPATH=/usr/bin:/bin\n",
            "os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
            "ssh/ssh_config": "Host *\n  StrictHostKeyChecking accept-new\n  ConnectTimeout 5\n",
            "ssh/ssh_known_hosts": known_host,
            "ssl/certs/ca-certificates.crt": authority.decode("ascii"),
            "ssl/cert.pem": authority.decode("ascii"),
        }
        for name, text in texts.items():
            target = etc / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        for name in ("cron.d", "cron.daily", "cron.hourly", "systemd/system", "profile.d", "init.d", "sudoers.d"):
            (etc / name).mkdir(parents=True, exist_ok=True)
        for name in SYSTEM_ETC:  # what the sandbox binds over these is the machine's own
            source, target = Path("/etc", name), etc / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                target.mkdir()
            elif source.is_file():
                target.touch()

    def _tools(self) -> None:
        folder = self.root / "trial"
        for name, text in decoys(self.tools).items():
            _executable(folder / "bin" / name, text)
        (folder / "init").write_text(_INIT.replace("INPUT", "&1" if self.has_terminal else "/dev/null"))
        (folder / "mark.py").write_text(MARKER.replace(f"{TRIAL}/", f"{self.trial}/"))
        (folder / "bashenv").write_text(_BASH_ENV.replace("TRIAL/", f"{self.trial}/"))
        (folder / "cov" / "lines").touch()
        (folder / "cov" / "pieces").touch()

    def _seen(self) -> dict[str, tuple[int, int, int]]:
        """Give mode, size and time of change of every file that the script could have written, by the path it sees.

        A process can set back the other times of a file, not this one.
        """
        seen: dict[str, tuple[int, int, int]] = {}
        for folder, place in self.binds:
            pending = [folder]
            while pending:
                with os.scandir(pending.pop()) as entries:
                    for entry in entries:
                        if entry.is_dir(follow_symlinks=False):
                            pending.append(entry.path)
                            continue
                        status = entry.stat(follow_symlinks=False)
                        shown = place + entry.path[len(folder) :]
                        seen[shown] = (status.st_mode, status.st_size, status.st_ctime_ns)
        return seen

    def _content(self, shown: str) -> bytes:
        folder, place = next((pair for pair in self.binds if shown.startswith(pair[1] + "/")), ("", ""))
        path = Path(folder + shown[len(place) :])
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return os.fsencode(path.readlink())
        if not stat.S_ISREG(status.st_mode):
            return b""
        with path.open("rb") as file:
            return file.read(_KEPT_CONTENT)


def pieces_of(root: Path) -> tuple[bytes, ...]:
    """Give the texts that a stage's script has handed to its interpreter; what is cut has a byte more than allowed."""
    pieces: list[bytes] = []
    with (root / "trial/cov/pieces").open("rb") as file:
        while len(pieces) <= MOST_PIECES and (line := file.readline(20)):
            if not line.strip().isdigit():
                break  # the script has written there itself
            length = int(line)
            pieces.append(file.read(min(length, LONGEST_PIECE)) + (b" " if length > LONGEST_PIECE else b""))
    return tuple(pieces)


def marks_of(root: Path) -> tuple[str, ...]:
    """Give the distinct `path:line` marks that a stage's script has left."""
    seen: dict[str, None] = {}
    for line in (root / "trial/cov/lines").read_bytes().decode("utf-8", "replace").split("\n"):
        parts = line.split("\t")
        if len(parts) >= 2 and parts[0].startswith("+") and ":" in parts[1]:
            seen.setdefault(parts[1])
    return tuple(seen)


def _executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
