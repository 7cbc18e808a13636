"""Worker processes answer, or say why not, and the next request is served."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.errors import EngineError
from auditor.workers import WorkerDied, WorkerLimits, WorkerRaised, Workers, WorkerTimedOut

HERE = str(Path(__file__).parent)
CHECKOUT = str(Path(__file__).parent.parent)


def make(size: int = 1, limits: WorkerLimits | None = None, module: str = "worker_sample") -> Workers:
    return Workers(module, size, limits, paths=(CHECKOUT, HERE))


@pytest.fixture
def workers() -> Iterator[Workers]:
    with make() as pool:
        yield pool


def test_answers_are_the_requests_own(workers: Workers) -> None:
    """Every answer belongs to its request, also large ones."""
    for size in (0, 1, 70_000, 5_000_000):
        body = os.urandom(size)
        assert workers.request(b"echo " + body, 20) == body


def test_one_child_serves_many_requests(workers: Workers) -> None:
    """A child is loaded once."""
    assert len({workers.request(b"pid", 20) for _ in range(20)}) == 1


@pytest.mark.parametrize("order", [b"hang", b"spin", b"grandchild hang"])
def test_a_hang_is_killed_at_the_deadline(workers: Workers, order: bytes) -> None:
    """A child that does not answer costs its deadline and no more, and the next request is served."""
    workers.request(b"echo", 20)
    started = time.monotonic()
    with pytest.raises(WorkerTimedOut):
        workers.request(order, 0.3)
    assert time.monotonic() - started < 2
    assert workers.request(b"echo again", 20) == b"again"


def test_deaths_are_named(workers: Workers) -> None:
    """A signal and an exit status are told apart, and each is followed by a right answer."""
    with pytest.raises(WorkerDied) as caught:
        workers.request(b"segv", 20)
    assert caught.value.signal == signal.SIGSEGV
    assert workers.request(b"echo 1", 20) == b"1"
    with pytest.raises(WorkerDied) as caught:
        workers.request(b"exit", 20)
    assert caught.value.exit_status == 7
    assert workers.request(b"echo 2", 20) == b"2"


def test_an_exception_is_named_and_the_child_replaced(workers: Workers) -> None:
    """What `handle` raises reaches the caller as words."""
    before = workers.request(b"pid", 20)
    with pytest.raises(WorkerRaised, match="ValueError: no such thing"):
        workers.request(b"raise", 20)
    assert workers.request(b"pid", 20) != before


def test_memory_is_bounded() -> None:
    """An allocation past the limit fails inside the child."""
    with make(limits=WorkerLimits(memory_bytes=400_000_000)) as pool:
        assert pool.request(b"memory 1000000", 20) == b"1000000"
        with pytest.raises(WorkerRaised, match="MemoryError"):
            pool.request(b"memory 800000000", 20)


def test_processor_time_is_bounded_without_the_parent() -> None:
    """A spinning child ends by its own limit, as it must when its parent is gone."""
    with make(limits=WorkerLimits(cpu_seconds=1)) as pool, pytest.raises(WorkerDied) as caught:
        pool.request(b"spin", 20)
    assert caught.value.signal == signal.SIGXCPU


def test_prints_are_no_answers(workers: Workers) -> None:
    """What a library prints cannot be read as a frame, and standard input is empty."""
    assert workers.request(b"print", 20) == b"''"
    assert workers.request(b"echo 1", 20) == b"1"


def test_the_environment_is_minimal(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the caller's environment or directory reaches a child."""
    monkeypatch.setenv("SECRET_TOKEN", "x")
    answer = workers.request(b"environment", 20).decode()
    assert "SECRET_TOKEN" not in answer
    assert str(Path.cwd()) not in answer


def test_a_child_killed_between_requests_is_not_noticed(workers: Workers) -> None:
    """An idle child that died is replaced before it is asked."""
    pid = int(workers.request(b"pid", 20))
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.05)
    assert int(workers.request(b"pid", 20)) != pid


def test_a_child_killed_during_a_request_is_named(workers: Workers) -> None:
    """Killing a busy child fails its request at once; the next is served."""
    pid = int(workers.request(b"pid", 20))
    threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
    started = time.monotonic()
    with pytest.raises(WorkerDied):
        workers.request(b"hang", 20)
    assert time.monotonic() - started < 5
    assert workers.request(b"echo 1", 20) == b"1"


def test_children_are_replaced_after_their_share() -> None:
    """What a child leaks stays bounded by the number of its requests."""
    with make(limits=WorkerLimits(requests=3)) as pool:
        assert len({pool.request(b"pid", 20) for _ in range(9)}) == 3


def test_threads_share_a_pool() -> None:
    """Twenty threads over two children each get their own answers."""
    wrong: list[int] = []

    def ask(number: int) -> None:
        for turn in range(10):
            body = f"{number}:{turn}".encode() * 1000
            if pool.request(b"echo " + body, 20) != body:
                wrong.append(number)

    with make(size=2) as pool:
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(pool.pids) <= 3
    assert wrong == []


def test_waiting_for_a_child_ends_too(workers: Workers) -> None:
    """A request that finds no child free within its time says so, and the busy one goes on."""
    workers.request(b"echo", 20)

    def hang() -> None:
        with pytest.raises(WorkerTimedOut):
            workers.request(b"hang", 2)

    busy = threading.Thread(target=hang)
    busy.start()
    time.sleep(0.2)
    with pytest.raises(WorkerTimedOut, match="no worker was free"):
        workers.request(b"echo", 0.2)
    busy.join()
    assert workers.request(b"echo 1", 20) == b"1"


def test_closing_ends_all_children() -> None:
    """No child and no grandchild outlives the pool."""
    pool = make()
    grandchild = int(pool.request(b"grandchild", 20))
    pids = pool.pids
    pool.close()
    for pid in (*pids, grandchild):
        assert _is_gone(pid)
    with pytest.raises(EngineError):
        pool.request(b"echo", 1)


def test_a_module_that_does_not_load_is_an_engine_error() -> None:
    """A broken installation is said, with the child's own words as the hint."""
    with make(module="no_such_module") as pool, pytest.raises(EngineError) as caught:
        pool.request(b"echo", 1)
    assert "no_such_module" in caught.value.hint


def _is_gone(pid: int) -> bool:
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_loading_counts_where_the_whole_is_bounded_and_goes_on_for_the_next() -> None:
    """Who cannot wait is told in time, and whoever comes later has the same child."""
    with make(module="worker_slow") as pool:
        pool.start()
        pids = pool.pids
        started = time.monotonic()
        with pytest.raises(WorkerTimedOut):
            pool.request(b"x", 20, within=0.2)
        assert time.monotonic() - started < 2
        assert pool.request(b"x", 0.9) == b"x"  # without it, loading is no part of the time
        assert pool.pids[: len(pids)] == pids
        assert pool.request(b"y", 20, within=20) == b"y"


def test_a_child_that_loaded_long_ago_is_ready() -> None:
    with make(limits=WorkerLimits(start_seconds=0.5)) as pool:
        pool.start()
        time.sleep(1.0)
        assert pool.request(b"echo x", 20, within=20) == b"x"


def test_a_module_that_never_loads_is_given_up() -> None:
    with make(module="worker_slow", limits=WorkerLimits(start_seconds=0.5)) as pool:
        with pytest.raises(EngineError, match="did not start"):
            pool.request(b"x", 20)
        assert pool.pids == ()
