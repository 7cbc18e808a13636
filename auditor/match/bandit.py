"""Bandit's checks over Python text: what they find, in our positions.

Takes the text of one Python unit and the checks that were adopted; gives their hits. Runs in a
disposable worker (`bandit_worker`), since it parses hostile text. Refuses any configuration but its
own: nothing of the audited tree, and no `# nosec`, counts.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from auditor.model.place import Span


class NotChecked(Exception):
    """Bandit could not parse the text, or one of its checks failed on it."""


@dataclass(frozen=True, slots=True)
class BanditHit:
    """One finding of a check."""

    check: str
    span: Span
    message: str


class _Manager(Protocol):
    """What we read of Bandit's manager after a run."""

    skipped: list[tuple[str, str]]
    files_list: list[str]
    results: list[_Issue]


class _Issue(Protocol):
    """What we read of Bandit's issues."""

    lineno: int
    linerange: list[int]
    col_offset: int
    end_col_offset: int
    test_id: str
    text: str


def run_bandit(text: str, checks: Sequence[str]) -> list[BanditHit]:
    """Run some checks over a text in this process; raises NotChecked where Bandit does not see it whole."""
    with warnings.catch_warnings():
        # Bandit's own loading warns, and so does Python's parser about escapes in the text
        warnings.simplefilter("ignore")
        manager = _run(text, tuple(checks))
    if manager.skipped or len(manager.files_list) != 1:
        # Bandit exits as if all was well when it could not parse a file
        reason = manager.skipped[0][1] if manager.skipped else "Bandit left the text out"
        raise NotChecked(str(reason)[:200])
    lines = text.split("\n")
    # the blacklist's checks are one plugin, which reports all of them when it was asked for one
    return [_hit(issue, lines) for issue in manager.results if issue.test_id in checks]


def _run(text: str, checks: tuple[str, ...]) -> _Manager:
    from bandit.core.manager import BanditManager  # type: ignore[import-untyped]

    config, tests = _tests(checks)
    # a worker's own folder, which whoever started it removes, also after killing it
    with tempfile.TemporaryDirectory(prefix="bandit-", dir=Path.cwd()) as directory:
        path = Path(directory) / "unit.py"
        # lone surrogates have no bytes; one character stands for one, so that columns hold
        path.write_bytes(text.encode("utf-8", "replace"))
        manager = BanditManager(config, "file", quiet=True, ignore_nosec=True)
        manager.b_ts = tests
        manager.discover_files([str(path)])
        manager.run_tests()
    done: _Manager = manager
    return done


@lru_cache(maxsize=4)
def _tests(checks: tuple[str, ...]) -> tuple[Any, Any]:
    """Load Bandit's plugins and choose the checks."""
    import logging

    from bandit.core.config import BanditConfig  # type: ignore[import-untyped]
    from bandit.core.test_set import BanditTestSet  # type: ignore[import-untyped]

    logging.getLogger("bandit").setLevel(logging.CRITICAL)
    config = BanditConfig()
    return config, BanditTestSet(config, profile={"include": set(checks), "exclude": set()})


def _hit(issue: _Issue, lines: Sequence[str]) -> BanditHit:
    """Turn Bandit's positions into ours: its columns count UTF-8 bytes from 0, and -1 means that none is known."""
    first = min(max(issue.lineno, 1), len(lines))
    last = max([first, *(number for number in issue.linerange if number <= len(lines))])
    start = _column(lines[first - 1], issue.col_offset)
    closing = lines[last - 1]
    end = _column(closing, issue.end_col_offset) if issue.end_col_offset > 0 else len(closing) + 1
    if last == first and end < start:
        end = start
    return BanditHit(issue.test_id, Span(first, start, last, end), issue.text)


def _column(line: str, offset: int) -> int:
    return len(line.encode("utf-8", "replace")[: max(offset, 0)].decode("utf-8", "ignore")) + 1
