"""Trials as another user: a process that runs them, one JSON request a line, one JSON report a line.

Started by root with `--user`, it gives up root for a user that owns nothing, as a real login would:
the interpreter is shown to that user in a mount namespace of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Self

ORDINARY_ID = 64_998
ROOT = Path(__file__).parent.parent.parent


class Driver:
    """The parent's side: asks for a trial, gets the report as `--format json` prints it."""

    def __init__(self, *, is_ordinary: bool) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="trial-driver-")
        Path(self._folder.name).chmod(0o777)
        command = [sys.executable, "-m", "tests.trial.driver", *(["--user"] if is_ordinary else [])]
        environment = {"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": self._folder.name, "TMPDIR": self._folder.name}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()
        self._folder.cleanup()

    def trial(self, text: str, language: str, **options: Any) -> dict[str, Any]:
        """Try a script."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"text": text, "language": language, **options}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the driver ended"
        report: dict[str, Any] = json.loads(line)
        return report


def _become_ordinary() -> None:
    """Give up root for good; what the interpreter needs stays in reach."""
    from auditor.trial.namespaces import _expose

    prefixes = {sys.prefix, sys.base_prefix, str(ROOT)}
    _expose(tuple(sorted(prefixes)))
    os.setgroups([])
    os.setresgid(ORDINARY_ID, ORDINARY_ID, ORDINARY_ID)
    os.setresuid(ORDINARY_ID, ORDINARY_ID, ORDINARY_ID)


def _serve() -> None:
    import msgspec

    from auditor.pipeline import Auditor
    from auditor.render.document import report_object
    from auditor.trial.isolation import Level
    from auditor.trial.request import TrialLimits
    from auditor.trying import TrialOptions

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    with Auditor() as auditor:
        for line in sys.stdin:
            asked = json.loads(line)
            python = asked.get("python")
            options = TrialOptions(
                arguments=tuple(asked.get("arguments", ())),
                limits=TrialLimits(wall_seconds=asked.get("wall", 10.0), grace_seconds=asked.get("grace", 3.0)),
                python=Path(python) if python else None,
                level=Level(asked["level"]) if "level" in asked else None,
                as_root=asked.get("as_root", False),
                with_terminal=asked.get("tty", False),
            )
            suffix = "py" if asked["language"] == "python" else "sh"
            report = auditor.trial(asked["text"], language=asked["language"], path=f"suspect.{suffix}", options=options)
            answers.write(msgspec.json.encode(report_object(report)).decode() + "\n")
            answers.flush()


if __name__ == "__main__":
    if "--user" in sys.argv[1:]:
        _become_ordinary()
        os.execv(sys.executable, [sys.executable, "-m", "tests.trial.driver"])
    _serve()
