"""What a trial runs: the command for a script, the files laid beside it, and the lines to watch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from auditor.errors import SandboxError, UsageError
from auditor.model.unit import Language, Script
from auditor.trial.isolation import Level
from auditor.trial.marks import MARKER_PATH
from auditor.trial.proofs import Proof
from auditor.trial.request import Recording, StagedFile, TrialLimits, TrialRequest

_COPIED_BYTES = 32_000_000
_COPIED_FILES = 2_000
MOST_TOOLS = 200
_SUFFIXES = {Language.PYTHON: ".py", Language.BASH: ".sh"}


def plan(
    script: Script,
    *,
    arguments: Sequence[str] = (),
    workdir: Path | None = None,
    lines: Iterable[int] = (),
    wanted: Iterable[str] = (),
    limits: TrialLimits | None = None,
    python: Path | None = None,
    proofs: tuple[Proof, ...] = (),
    tools: Iterable[str] = (),
    level: Level | None = None,
) -> TrialRequest:
    """Give the request for one run of a script. Raises SandboxError for a language that is not run."""
    suffix = _SUFFIXES.get(script.language)
    if suffix is None:
        raise SandboxError(f"no trial for {script.language.value}", hint="Python and bash scripts are tried")
    name = PurePosixPath(script.path).name
    if not name or name.startswith("<") or name == "-":
        name = f"script{suffix}"
    marked = tuple(sorted(set(lines)))
    interpreter = os.path.abspath(python) if python is not None else "/usr/bin/python3"  # noqa: PTH100 (no link resolved)
    files = (*_copied(workdir), StagedFile(name, script.text.encode("utf-8", "surrogatepass"), is_executable=True))
    if script.language is Language.BASH:
        argv: tuple[str, ...] = ("bash", name, *arguments)
    else:
        argv = (interpreter, MARKER_PATH, ",".join(map(str, marked)), name, *arguments)
    return TrialRequest(
        argv=argv,
        files=files,
        limits=limits or TrialLimits(),
        wanted=tuple(wanted),
        marked_lines=marked,
        proofs=proofs,
        tools=tuple(tools)[:MOST_TOOLS],
        level=level,
        prefixes=prefixes_of(python) if python is not None else (),
    )


def prefixes_of(python: Path) -> tuple[str, ...]:
    """Give the directories that an interpreter needs and that the sandbox does not show: its own, and its base's.

    A virtual environment names its base in pyvenv.cfg (PEP 405); the interpreter is not started.
    """
    if not python.is_file() or not os.access(python, os.X_OK):
        raise UsageError(f"{python}: not an interpreter", hint="--python needs the path of a Python")
    own = Path(os.path.abspath(python)).parent.parent  # noqa: PTH100 (a virtual environment's python is a link)
    prefixes = {str(own), str(python.resolve().parent.parent)}
    shown = {prefix for prefix in prefixes if not prefix.startswith("/usr") and prefix != "/"}
    for prefix in shown:
        if not Path(prefix, "lib").is_dir() or len(Path(prefix).parts) < 3:
            raise UsageError(f"{prefix}: not the prefix of an interpreter", hint="--python needs one of its own")
    return tuple(sorted(shown))


def reached_lines(script: Script, recording: Recording, marked: Iterable[int]) -> frozenset[int] | None:
    """Give the script's own lines that ran; None where nothing can be told."""
    name = PurePosixPath(script.path).name
    found = set()
    for line in recording.lines:
        path, _, number = line.rpartition(":")
        if number.isdigit() and (PurePosixPath(path).name == name or PurePosixPath(path).name.startswith("script.")):
            found.add(int(number))
    if script.language is Language.PYTHON and not any(True for _ in marked):
        return None
    if script.language is Language.BASH and not found:
        return None
    return frozenset(found)


def _copied(workdir: Path | None) -> tuple[StagedFile, ...]:
    """Give the regular files below a directory, bounded; links are not followed."""
    if workdir is None:
        return ()
    files: list[StagedFile] = []
    size = 0
    for directory, folders, names in os.walk(workdir):
        folders[:] = sorted(name for name in folders if name not in {".git", ".venv", "node_modules", "__pycache__"})
        for name in sorted(names):
            path = Path(directory, name)
            if path.is_symlink() or not path.is_file():
                continue
            size += path.stat().st_size
            if size > _COPIED_BYTES or len(files) >= _COPIED_FILES:
                raise SandboxError(
                    f"{workdir} holds more than {_COPIED_BYTES:,} bytes or {_COPIED_FILES:,} files",
                    hint="give a smaller --workdir",
                )
            is_executable = os.access(path, os.X_OK)
            files.append(StagedFile(str(path.relative_to(workdir)), path.read_bytes(), is_executable))
    return tuple(files)
