"""`auditor doctor`: what this machine has of what the auditor uses, and what each absence costs.

Starts programs of this machine only to ask their version. Nothing is installed or changed.
"""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from auditor.cli.isolation import advice
from auditor.cli.output import opened
from auditor.render.escape import cut, visible
from auditor.render.paper import LABEL, Paper

_SECONDS = 10.0
_SBIN = "/usr/sbin:/sbin:/usr/bin"
_NAMESPACES = ("--user", "--map-root-user", "--net", "--pid", "--fork", "--mount-proc")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `is_needed` says whether `auditor check` works without it; `cost` what its absence costs."""

    name: str
    is_present: bool
    found: str
    is_needed: bool
    cost: str


def doctor() -> int:
    """Say what this machine has, and what each absence costs.

    The exit code is 1 where something is missing that `auditor check` needs.
    """
    checks = list(examine())
    with opened(None) as out:
        paper = Paper(out.look)
        width = max(len(check.name) for check in checks)
        for check in checks:
            state, style = _state(check)
            found = check.found if check.is_present else f"{check.found}: {check.cost}" if check.found else check.cost
            paper.row([(state, 8, style), (check.name, width, "bold")], found)
        missing = [check.name for check in checks if check.is_needed and not check.is_present]
        _write_trials(paper)
        paper.blank()
        paper.line(
            "`auditor check` works here." if not missing else f"`auditor check` cannot work: {', '.join(missing)}."
        )
        out.write(paper.text())
    return 1 if missing else 0


def _write_trials(paper: Paper) -> None:
    """Say how isolated a trial would be here, and how to reach the full level where it is not."""
    from auditor.trial.isolation import Level, missing_programs, probe

    level, why = probe()
    paper.blank()
    if level is Level.FULL:
        paper.line("`auditor trial` works here, at the full level of isolation.")
        if shutil.which("nft", path=_SBIN) is None:
            paper.line("Without nft it answers on the usual ports only, and UDP is refused where it would be lost.")
        return
    if level is Level.ATTEMPTS:
        paper.line(
            "`auditor trial` works here at the level `attempts` only: Landlock and seccomp in place of namespaces."
        )
        paper.line("Nothing answers what a script says, so it shows what was attempted and confirms nothing.")
        paper.line(f"The full level is out of reach: {cut(visible(why), 300)}.")
    else:
        paper.line(f"`auditor trial` refuses to run here: {cut(visible(why), 300)}.")
    for step in advice(missing_programs()):
        paper.row([("-", 1, LABEL)], step, indent=2)


def examine() -> Iterable[Check]:
    """Look at everything the auditor may use."""
    version = sys.version_info
    yield Check("python", version >= (3, 11), platform.python_version(), True, "3.11 or later is needed")
    yield _semgrep()
    for name, cost in (
        ("bandit", "Python scripts get a gap: its checks do not run"),
        ("libcst", "Python cannot be read"),
        ("tree-sitter", "JavaScript and TypeScript cannot be read"),
        ("msgspec", "nothing can be read or reported"),
    ):
        yield _package(name, cost)
    yield Check("rulesets", _has_rules(), str(_rules_path()), True, "the rules that ship are missing")
    yield _program("strace", ("-V",), "no trial runs (`check` is not affected)", is_needed=False)
    yield _program("bwrap", ("--version",), "a trial shows attempts only", is_needed=False)
    yield _program("nft", ("--version",), "a trial answers only the usual ports", is_needed=False)
    for name in ("asyncssh", "trustme", "dnslib", "h11"):
        yield _package(name, "a trial shows attempts only: install auditor[trial]", is_needed=False)
    yield _namespaces()
    yield _landlock()
    yield from _gate()
    yield _program("ssh", ("-V",), "the ssh option grammar cannot be compared with this machine's ssh", is_needed=False)


def _gate() -> Iterable[Check]:
    """Look at the gate's server, its policy, and the hooks of agents."""
    from auditor.gate.live import look

    for sight in look(Path.home(), Path.cwd()):
        yield Check(sight.name, sight.is_well, visible(sight.found), False, "calls are not held back as meant")


def _state(check: Check) -> tuple[str, str]:
    if check.is_present:
        return "ok", "green"
    return ("missing", "bold red") if check.is_needed else ("absent", "dim")


def _semgrep() -> Check:
    cost = "rules cannot run, so no verdict is reached"
    found = _version("semgrep")
    if found is None:
        return Check("semgrep", False, "", True, cost)
    from auditor.match.semgrep import tested_range, untested

    said = untested(found)
    return Check("semgrep", not said, found if said else f"{found} (tested: {tested_range()})", True, said or cost)


def _package(name: str, cost: str, *, is_needed: bool = True) -> Check:
    found = _version(name)
    return Check(name, found is not None, found or "", is_needed, cost)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _program(name: str, ask: tuple[str, ...], cost: str, *, is_needed: bool) -> Check:
    """Look for a program on PATH."""
    path = shutil.which(name)
    if path is None:
        return Check(name, False, "", is_needed, cost)
    answer = _ask([path, *ask])
    return Check(name, answer is not None, answer or "does not answer", is_needed, cost)


def _namespaces() -> Check:
    name, cost = "user namespaces", "a trial shows attempts only"
    if sys.platform != "linux":
        return Check(name, False, sys.platform, False, "trial runs need Linux")
    unshare = shutil.which("unshare")
    if unshare is None:
        return Check(name, False, "unshare is not installed", False, cost)
    answer = _ask([unshare, *_NAMESPACES, "true"], lambda _: "usable")
    return Check(name, answer is not None, answer or "refused by this machine", False, cost)


def _landlock() -> Check:
    from auditor.trial import landlock

    name = "landlock"
    if sys.platform != "linux":
        return Check(name, False, sys.platform, False, "trial runs need Linux")
    found = landlock.version()
    said = f"version {found}" if found else ""
    return Check(name, found >= landlock.LEAST_VERSION, said, False, "no trial runs where user namespaces are refused")


def _ask(argv: list[str], say: Callable[[str], str] | None = None) -> str | None:
    try:
        done = subprocess.run(argv, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return None
    if done.returncode != 0:
        return None
    text = (done.stdout or done.stderr).decode("utf-8", "replace")
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return say(text) if say is not None else cut(visible(first), 100)


def _rules_path() -> Path:
    from auditor.settings import shipped_rulesets

    return shipped_rulesets()


def _has_rules() -> bool:
    return next(_rules_path().glob("*/*.yaml"), None) is not None
