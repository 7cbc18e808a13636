"""The stage: everything that the script can write, on one bounded file system, and what it looked like before.

Takes a directory on a fresh tmpfs; gives the folders that are bound into the sandbox, filled with
a plausible small machine: a user with a home, hosts, names, trust in the sinkhole's authority,
decoys for tools that are missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from auditor.trial.decoys import decoys
from auditor.trial.marks import MARKER
from auditor.trial.request import FileChange, StagedFile
from auditor.trial.traces import State, Traces

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
    _before: dict[str, State] = field(default_factory=dict)
    _traces: Traces | None = None

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
        self._before = self.traces.states()

    def changes(self) -> tuple[FileChange, ...]:
        """Say what differs from when the stage was built."""
        return self.traces.changes(self._before)

    def marks(self) -> tuple[str, ...]:
        """Give the distinct `path:line` marks that the script has left."""
        return self.traces.marks(self.root / "trial/cov")

    def pieces(self) -> tuple[bytes, ...]:
        """Give the texts that the script handed to its interpreter."""
        return self.traces.pieces(self.root / "trial/cov")

    @property
    def traces(self) -> Traces:
        """What reads back what the run leaves here, and keeps what could not be looked at."""
        if self._traces is None:
            self._traces = Traces(self.binds)
        return self._traces

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


def _executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
