"""The warm session answers as if it were fresh, whatever happened to it before."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.errors import EngineError
from auditor.match import warm as warm_module
from auditor.match.engine import Answer, Target
from auditor.match.kinds import CANARY_PREFIX, EFFECTS, source_suffix
from auditor.match.semgrep import configuration
from auditor.match.session import POOL
from auditor.match.warm import WarmEngine
from auditor.model.gap import Why
from auditor.model.unit import Language
from tests.match.made import ask, ruleset, sung

PYTHON = source_suffix(Language.PYTHON)
SLOW = "prog " + " ".join(f"-o x{number}:22 -u y{number}" for number in range(2_000))


@pytest.fixture
def warm() -> Iterator[WarmEngine]:
    engine = WarmEngine(configuration(ruleset().rules), frozenset({EFFECTS, PYTHON}))
    yield engine
    engine.close()


def rules_of(answer: Answer) -> list[str]:
    return sorted(hit.rule for hit in answer.hits if not hit.rule.startswith(CANARY_PREFIX))


def is_right(engine: WarmEngine, number: int) -> bool:
    """Ask about a text that differs with the number in length and content; say whether all of the answer is right."""
    lines = "\n".join(["ls x"] * (number % 5) + [f"ssh -R {number}:h:2 a"] * (number % 3) + ["xmrig"])
    answer, canary = ask(engine, lines)
    messages = [f"reverse {number}:h:2"] * (number % 3) + ["xmrig starts", canary]
    return answer.problem is None and sorted(hit.message for hit in answer.hits) == sorted(messages)


def test_no_scan_remembers_another(warm: WarmEngine) -> None:
    """Over several lots of files, metavariables and regexes always see the text that was asked about."""
    assert [number for number in range(POOL * 4) if not is_right(warm, number)] == []


@pytest.mark.parametrize("size", [900, 30_000, 1_200_000])
def test_long_and_dense_texts_are_not_left_out(warm: WarmEngine, size: int) -> None:
    """The filters for minified and for large files see an empty file: at the start, and in later lots."""
    for number in range(POOL + 3):
        answer, canary = ask(warm, f"ssh -R 1:h:2 a {'x' * size if number % 16 == 0 else 'y'}")
        assert rules_of(answer) == ["fix-ssh-reverse"]
        assert canary in {hit.message for hit in answer.hits}


def test_kinds_are_told_apart(warm: WarmEngine) -> None:
    """Rules read only the texts that their cards say."""
    answer, _ = ask(warm, "import marshal\nssh = marshal.loads(x)", PYTHON)
    assert rules_of(answer) == ["fix-python-source"]
    answer, _ = ask(warm, ":(){ :|:& };:", EFFECTS)
    assert "fix-bash-source" not in rules_of(answer)


def test_positions_count_bytes(warm: WarmEngine) -> None:
    """Columns are bytes, whatever the protocol says; `plan` turns them into code points."""
    answer, _ = ask(warm, "é = '𝔘'; marshal.loads('ü𝔘')", PYTHON)
    (hit,) = [hit for hit in answer.hits if hit.rule == "fix-python-source"]
    assert (hit.line, hit.column, hit.end_column) == (1, 14, 37)


def test_a_parse_error_is_said(warm: WarmEngine) -> None:
    """What Semgrep writes to standard error and nowhere else becomes a problem of the answer."""
    answer, _ = ask(warm, "marshal.loads(1)\nx = (\nmarshal.loads(2)", PYTHON)
    assert answer.problem is not None
    assert answer.problem.why is Why.NOT_PARSED
    answer, _ = ask(warm, "marshal.loads(1)", PYTHON)
    assert answer.problem is None


def test_too_many_matches_are_no_silence(warm: WarmEngine) -> None:
    """More matches of one rule than Semgrep keeps drop all findings; the canary is among them."""
    answer, canary = ask(warm, "xmrig\nprog " + " ".join(f"-o x{number}:22 -u y{number}" for number in range(105)))
    assert canary not in {hit.message for hit in answer.hits}
    assert answer.problem is not None
    assert answer.problem.why is Why.TOO_MANY


def test_killed_between_two_scans(warm: WarmEngine) -> None:
    """The next answer is right, from another child."""
    assert is_right(warm, 1)
    before = warm.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    assert is_right(warm, 2)
    time.sleep(0.1)
    assert warm.pid != before
    assert all(is_right(warm, number) for number in range(3, 8))


def test_killed_during_a_scan(warm: WarmEngine) -> None:
    """A scan whose child is killed is made again with another one, and is right."""
    assert is_right(warm, 1)
    before = warm.pid
    assert before is not None
    # a stopped child is in the middle of the scan for certain
    os.kill(before, signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (before, signal.SIGKILL)).start()
    assert is_right(warm, 7)
    assert warm.pid != before


def test_killed_during_both_tries() -> None:
    """When the second child dies too, there is a problem, and the scan after it is right."""
    warm = WarmEngine(configuration(ruleset().rules), frozenset({EFFECTS}))
    is_done = threading.Event()

    def kill_each() -> None:
        killed: set[int] = set()
        while len(killed) < 2 and not is_done.is_set():
            pid = warm.pid
            if pid is not None and pid not in killed:
                time.sleep(0.4)
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
            time.sleep(0.01)

    assert is_right(warm, 1)
    killer = threading.Thread(target=kill_each)
    killer.start()
    answer, _ = ask(warm, SLOW, seconds=40)
    is_done.set()
    killer.join()
    assert answer.problem is not None
    assert answer.problem.why is Why.ENGINE_FAILED
    assert is_right(warm, 2)
    warm.close()


def test_a_scan_past_its_time_is_given_up(warm: WarmEngine) -> None:
    """A text that costs too much gets a problem on time, and the next one a right answer."""
    assert is_right(warm, 1)
    started = time.monotonic()
    answer, _ = ask(warm, SLOW, seconds=0.5)
    assert time.monotonic() - started < 3
    assert answer.problem is not None
    assert answer.problem.why is Why.TIMED_OUT
    assert is_right(warm, 2)


def test_a_stopped_child_is_given_up(warm: WarmEngine) -> None:
    """A child that is alive and says nothing is replaced."""
    assert is_right(warm, 1)
    assert warm.pid is not None
    os.kill(warm.pid, signal.SIGSTOP)
    answer, _ = ask(warm, "xmrig", seconds=0.5)
    assert answer.problem is not None
    assert is_right(warm, 2)


def test_children_are_replaced_before_they_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """After its share of scans a child makes way for the spare, without a wrong answer between."""
    monkeypatch.setattr(warm_module, "RECYCLE_SCANS", 20)
    warm = WarmEngine(configuration(ruleset().rules), frozenset({EFFECTS}))
    pids = set()
    for number in range(70):
        assert is_right(warm, number)
        pids.add(warm.pid)
    assert len(pids - {None}) == 4
    warm.close()
    assert not any(is_running(pid) for pid in pids if pid is not None)


def test_threads_share_a_child(warm: WarmEngine) -> None:
    """Answers of many threads do not mix."""
    wrong: list[int] = []

    def work(start: int) -> None:
        wrong.extend(number for number in range(start, start + 15) if not is_right(warm, number))

    threads = [threading.Thread(target=work, args=(start * 100,)) for start in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_waiting_for_the_child_counts(warm: WarmEngine) -> None:
    """Who waits behind a slow text is told so when their time is over."""
    assert is_right(warm, 1)
    slow = threading.Thread(target=ask, args=(warm, SLOW), kwargs={"seconds": 3.0})
    slow.start()
    time.sleep(0.3)
    target, _ = sung("xmrig")
    started = time.monotonic()
    (answer,) = warm.scan([target], 1.0, time.monotonic() + 0.5)
    assert time.monotonic() - started < 2
    assert answer.problem is not None
    slow.join()


def test_closing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No process and no file stays, also when a scan is under way."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    warm = WarmEngine(configuration(ruleset().rules), frozenset({EFFECTS}))
    assert is_right(warm, 1)
    pid = warm.pid
    assert pid is not None

    def scan() -> None:
        with pytest.raises(EngineError, match="closed"):
            ask(warm, SLOW, seconds=30)

    slow = threading.Thread(target=scan)
    slow.start()
    time.sleep(0.3)
    warm.close()
    slow.join()
    assert not is_running(pid)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(EngineError, match="closed"):
        ask(warm, "xmrig")


def test_files_taken_from_under_it_are_no_silence(warm: WarmEngine) -> None:
    """When the session's directory goes, the text is asked again in a new one; when all goes, that is an error."""
    assert is_right(warm, 1)
    assert warm._session is not None
    shutil.rmtree(warm._session._texts)
    assert is_right(warm, 2)
    shutil.rmtree(warm._home)
    with pytest.raises(EngineError, match="could not be started"):
        ask(warm, "xmrig")


def test_nothing_of_the_operators_settings_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semgrep gets an environment of its own: no home, no token, no proxy of the caller's."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SEMGREP_APP_TOKEN", "x" * 64)
    warm = WarmEngine(configuration(ruleset().rules), frozenset({EFFECTS}))
    assert is_right(warm, 1)
    environment = Path(f"/proc/{warm.pid}/environ").read_bytes()
    warm.close()
    assert b"SEMGREP_APP_TOKEN" not in environment
    assert str(tmp_path).encode() not in environment
    assert list(tmp_path.iterdir()) == []


def test_a_missing_semgrep_is_an_engine_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An installation without Semgrep is said, not read as silence."""
    fake = tmp_path / "semgrep-core"
    fake.write_text("#!/bin/sh\nexit 3\n")
    fake.chmod(0o755)
    monkeypatch.setattr("auditor.match.session.binary", lambda: str(fake))
    warm = WarmEngine(configuration(ruleset().rules), frozenset({EFFECTS}))
    with pytest.raises(EngineError, match="could not be started"):
        warm.scan([Target(EFFECTS, "xmrig\n")], 5, time.monotonic() + 5)
    warm.close()


def is_running(pid: int) -> bool:
    """Say whether a process runs; one that only waits to be collected does not."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(shown.stdout.strip()) and not shown.stdout.strip().startswith("Z")
