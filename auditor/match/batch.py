"""The batch engine: one Semgrep process over a private directory of texts, and the check of rules.

Takes many targets; gives an answer for each, and what Semgrep listed under `errors`, since its exit
status and the files it calls scanned say nothing. Takes a configuration; refuses the rules that
Semgrep cannot load, in Semgrep's own words.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from auditor.errors import EngineError, RulesetError
from auditor.leftovers import private_directory
from auditor.match.engine import Answer, Hit, Problem, Target, problem_of
from auditor.match.semgrep import binary, environment
from auditor.model.gap import Why

_SHARE: Final = 500
"""Texts of one process: bounds the answer's size and what one hang can cost."""
_START_SECONDS: Final = 30.0
_EACH_SECONDS: Final = 0.2


class _Point(msgspec.Struct, frozen=True):
    line: int
    col: int


class _Extra(msgspec.Struct, frozen=True):
    message: str


class _Result(msgspec.Struct, frozen=True):
    check_id: str
    path: str
    start: _Point
    end: _Point
    extra: _Extra


class _Error(msgspec.Struct, frozen=True):
    message: str = ""
    type: msgspec.Raw = msgspec.Raw(b'""')
    path: str | None = None
    rule_id: str | None = None


class _Output(msgspec.Struct, frozen=True):
    results: tuple[_Result, ...]
    errors: tuple[_Error, ...]


class BatchEngine:
    """Scans many targets with one process for each few hundred of them. Thread-safe."""

    def __init__(self, configuration: str) -> None:
        self._directory = private_directory("match")
        self._home = Path(self._directory.name)
        self._rules = self._home / "rules.json"
        self._rules.write_text(configuration, encoding="utf-8")

    def scan(self, targets: Sequence[Target], seconds: float, end: float) -> list[Answer]:
        """Give one answer for each target, in order; `seconds` bounds each rule on each target."""
        answers: list[Answer] = []
        for start in range(0, len(targets), _SHARE):
            answers += self._scan(targets[start : start + _SHARE], seconds, end)
        return answers

    def validate(self) -> None:
        """Load the rules and raise RulesetError with what Semgrep refuses: a session would drop those silently."""
        with tempfile.TemporaryDirectory(dir=self._home) as texts:
            # with nothing to scan, rules would not be parsed
            (Path(texts) / "t0.effects.sh").write_text("true\n")
            output = self._run(texts, _START_SECONDS, _START_SECONDS)
        _refuse_rules(output)

    def close(self) -> None:
        """Remove the engine's files."""
        self._directory.cleanup()

    def _scan(self, targets: Sequence[Target], seconds: float, end: float) -> list[Answer]:
        left = end - time.monotonic()
        if left <= 0:
            return [Answer((), Problem(Why.TIMED_OUT, "there was no time left to match it"))] * len(targets)
        bound = min(left, _START_SECONDS + seconds * 4 + len(targets) * _EACH_SECONDS)
        with tempfile.TemporaryDirectory(dir=self._home) as texts:
            names = [f"t{index}{target.suffix}" for index, target in enumerate(targets)]
            for name, target in zip(names, targets, strict=True):
                (Path(texts) / name).write_bytes(target.text.encode("utf-8", "replace"))
            try:
                output = self._run(texts, seconds, bound)
            except subprocess.TimeoutExpired:
                problem = Problem(Why.TIMED_OUT, "Semgrep did not answer in time")
            except (msgspec.DecodeError, OSError) as error:
                problem = Problem(Why.ENGINE_FAILED, f"Semgrep gave no answer: {str(error)[:200]}")
            else:
                _refuse_rules(output)
                return _answers(output, names)
        if len(targets) == 1:
            return [Answer((), problem)]
        # one text took the process down; the others must not pay for it
        middle = len(targets) // 2
        return self._scan(targets[:middle], seconds, end) + self._scan(targets[middle:], seconds, end)

    def _run(self, texts: str, rule_seconds: float, seconds: float) -> _Output:
        command = (
            *("osemgrep", "scan", "--experimental", "--quiet", "--json", "--metrics", "off", "--disable-nosem"),
            *(
                "--max-target-bytes",
                "0",
                "--no-git-ignore",
                "--timeout-threshold",
                "0",
                "--timeout",
                f"{rule_seconds:g}",
            ),
            *("--jobs", str(min(4, os.cpu_count() or 1)), "--config", str(self._rules), texts),
        )
        with subprocess.Popen(
            command,
            executable=binary(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=texts,
            env=environment(str(self._home)),
            start_new_session=True,
        ) as process:
            try:
                said, _ = process.communicate(timeout=seconds)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        if process.returncode < 0:
            raise OSError(f"it ended by signal {-process.returncode}")
        return msgspec.json.decode(said, type=_Output)


def validated(configuration: str) -> None:
    """Raise RulesetError when Semgrep refuses a rule of the configuration."""
    engine = BatchEngine(configuration)
    try:
        engine.validate()
    except (subprocess.TimeoutExpired, msgspec.DecodeError, OSError) as error:
        raise EngineError(f"Semgrep could not be started: {error}", hint="run `auditor doctor`") from error
    finally:
        engine.close()


def _refuse_rules(output: _Output) -> None:
    """Raise RulesetError when rules did not load: what they would have found is missing without a word."""
    refused = [_short(error.message) for error in output.errors if error.path is None and "Rule" in _kind(error)]
    if refused:
        raise RulesetError("Semgrep refuses rules: " + "; ".join(refused))


def _answers(output: _Output, names: Sequence[str]) -> list[Answer]:
    hits: defaultdict[str, list[Hit]] = defaultdict(list)
    for result in output.results:
        hits[Path(result.path).name].append(_hit(result))
    problems: dict[str, Problem] = {}
    everywhere: Problem | None = None
    for error in output.errors:
        problem = _problem(error)
        if error.path is None:
            everywhere = problem
        else:
            problems.setdefault(Path(error.path).name, problem)
    return [Answer(tuple(hits[name]), problems.get(name, everywhere)) for name in names]


def _problem(error: _Error) -> Problem:
    return problem_of(f"{_kind(error)} {_short(error.message)}")


def _kind(error: _Error) -> str:
    return bytes(error.type).decode("utf-8", "replace")


def _short(text: str) -> str:
    return " ".join(text.split())[:300]


def _hit(result: _Result) -> Hit:
    return Hit(
        result.check_id.rpartition(".")[2],
        result.start.line,
        result.start.col,
        result.end.line,
        result.end.col,
        result.extra.message,
    )
