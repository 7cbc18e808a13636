"""What a trial is asked, and what it gives back: frozen values that cross a process border as msgpack."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.trial.isolation import Level
from auditor.trial.proofs import Proof
from auditor.trial.sinkhole.events import SinkEvent
from auditor.trial.trace import Call, Ended


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file laid into the sandbox; `path` is relative to the working directory."""

    path: str
    content: bytes
    is_executable: bool = False


@dataclass(frozen=True, slots=True)
class TrialLimits:
    """Bounds on one trial."""

    wall_seconds: float = 10.0
    grace_seconds: float = 3.0
    """How long daemons may go on after the script has ended."""
    cpu_seconds: int = 30
    memory_bytes: int = 4_294_967_296
    """Address space of each process."""
    resident_bytes: int = 2_147_483_648
    """Memory of all processes together; past it the run ends."""
    processes: int = 128
    file_bytes: int = 67_108_864
    disk_bytes: int = 134_217_728
    trace_bytes: int = 67_108_864
    files: int = 50_000
    rounds: int = 3
    """How often a script is run to see what code that appeared in an earlier run goes on to."""
    pieces: int = 50
    """How many pieces of code that appeared are read."""
    calls: int = 100_000


@dataclass(frozen=True, slots=True)
class TrialRequest:
    """One run: what to start, with which files, under which limits.

    `argv` is run in the working directory. `marked_lines` are the lines of the script whose being
    reached is to be recorded; `wanted` are paths that downloads should contain.
    """

    argv: tuple[str, ...]
    files: tuple[StagedFile, ...]
    limits: TrialLimits = TrialLimits()
    wanted: tuple[str, ...] = ()
    marked_lines: tuple[int, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    skip_sleeps: bool = False
    looks_like_root: bool = False
    terminal: bool = False
    """Whether the script's standard streams are a terminal."""
    level: Level | None = None
    """The level asked for; None for the fullest that the machine has."""
    landlock: int = 0
    """The interface version of Landlock to use at most (`attempts`); 0 for the kernel's."""
    tools: tuple[str, ...] = ()
    """Programs that the script is known to start: those that the machine lacks get a stand-in."""
    proofs: tuple[Proof, ...] = ()
    """The run ends shortly after all of these were seen; without any, it goes on to its end."""
    prefixes: tuple[str, ...] = ()
    """Directories of an interpreter, shown read-only at their own paths."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that the script created, changed or removed; `content` is its beginning."""

    path: str
    change: str  # "created", "changed", "removed"
    mode: int = 0
    content: bytes = b""
    size: int = 0
    digest: str = ""
    """SHA-256 of `content`, which a kept recording stores by it."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Everything one run showed, from which it can be judged again."""

    level: Level
    nonce: str
    ended: str  # "exit N", "confirmed", "wall limit", "trace limit", "memory limit", "disk limit", "lost"
    wall_ms: float
    calls: tuple[Call, ...]
    ends: tuple[Ended, ...]
    sink: tuple[SinkEvent, ...]
    files: tuple[FileChange, ...]
    lines: tuple[str, ...]
    """Lines reached, as `path:line`."""
    output: bytes
    notes: tuple[str, ...] = ()
    """What to know of how it was run."""
    names: tuple[tuple[str, str], ...] = ()
    """Synthetic addresses and the names that they stand for."""
    was_asleep: bool = False
    """Whether something of the script still slept when it was ended."""
    pieces: tuple[bytes, ...] = ()
    """Texts that a Python script handed to its interpreter."""
    kind: str = ""
    """`root` or `terminal` for a further pass that was asked for."""
    lost: tuple[str, ...] = ()
    """What was not looked at, or not run: each is a gap of the report."""
    bounds: tuple[str, ...] = ()
    """Limits that the script met while it ran on, and what of the trace was not understood: it is not complete then."""
    resolvers: tuple[str, ...] = ()
    """The machine's resolvers, where the script was to use those."""
