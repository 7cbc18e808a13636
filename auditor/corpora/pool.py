"""Stages in processes of their own: scripts in, results out, and no script can take another's result with it.

Takes items, gives a future of their results in order. A batch whose process dies or hangs is
halved until the script that does it stands alone; that script gets a gap. Raises what the operator
did wrong, and EngineError where the stage cannot run at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, Self

import msgspec

from auditor.corpora.audited import Audited, Item, StageRequest, StageSettings, decode_answer, encode
from auditor.corpora.unread import unread
from auditor.errors import EngineError
from auditor.intake import recognise
from auditor.judge import load_policy
from auditor.model.gap import Gap, Stage, Why
from auditor.model.unit import Language
from auditor.workers import WorkerDied, WorkerFailed, WorkerLimits, WorkerRaised, Workers, WorkerTimedOut

_START_SECONDS = 60.0
_EACH_SECONDS = 8.0
# A stage limits the readers it starts; itself it holds whole batches, and Semgrep reserves far more than it uses.
_ADDRESS_SPACE = 1 << 42
_FATAL = ("EngineError", "RulesetError", "PolicyError", "UsageError")


class Engine(Protocol):
    """Something that runs the stage: processes of this machine, or a cluster."""

    @property
    def parallel(self) -> int:
        """How many batches run at once."""

    def submit(self, items: Sequence[Item]) -> Future[tuple[Audited, ...]]:
        """Audit a batch; as many results come back as items were given, in their order."""

    def close(self) -> None:
        """End what was started."""


class Pool:
    """An engine of worker processes on this machine. A context manager.

    `module` is what the workers run; `paths` is where it is found, by default where this package is.
    """

    def __init__(
        self,
        jobs: int,
        settings: StageSettings,
        *,
        module: str = "auditor.corpora.stage",
        paths: tuple[str, ...] | None = None,
        each_seconds: float = _EACH_SECONDS,
    ) -> None:
        self._settings = settings
        self._each_seconds = each_seconds
        limits = WorkerLimits(memory_bytes=_ADDRESS_SPACE, cpu_seconds=3_600, requests=2_000)
        self._workers = Workers(module, jobs, limits, paths)
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="auditor-corpus")
        self._jobs = jobs

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def parallel(self) -> int:
        """How many batches run at once."""
        return self._jobs

    @property
    def pids(self) -> tuple[int, ...]:
        """The workers' process ids, for measuring and for tests that kill them."""
        return self._workers.pids

    def submit(self, items: Sequence[Item]) -> Future[tuple[Audited, ...]]:
        """Audit a batch in the next free worker."""
        return self._threads.submit(self._audit, tuple(items))

    def close(self) -> None:
        """End the workers; what is under way is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._workers.close()
        self._threads.shutdown(wait=True)

    def _audit(self, items: tuple[Item, ...]) -> tuple[Audited, ...]:
        if not items:
            return ()
        body = encode_items(self._settings, items)
        try:
            answer = decode_answer(self._workers.request(body, _START_SECONDS + self._each_seconds * len(items)))
        except WorkerRaised as error:
            if str(error).startswith(_FATAL):
                raise EngineError(f"the stage cannot run: {error}") from error
            return self._halved(items, f"the auditor failed: {error}", Why.ENGINE_FAILED)
        except WorkerTimedOut:
            return self._halved(items, "the auditor did not answer in time", Why.TIMED_OUT)
        except WorkerDied as death:
            how = f"signal {death.signal}" if death.signal else f"exit status {death.exit_status}"
            return self._halved(items, f"the auditor died ({how})", Why.ENGINE_FAILED)
        except (WorkerFailed, msgspec.DecodeError) as error:
            return self._halved(items, f"the auditor gave no answer: {error}", Why.ENGINE_FAILED)
        if len(answer) != len(items):
            return self._halved(items, "the auditor lost a script", Why.ENGINE_FAILED)
        return answer

    def _halved(self, items: tuple[Item, ...], what: str, why: Why) -> tuple[Audited, ...]:
        """Try again in halves; what stands alone is not tried again."""
        if len(items) == 1:
            item = items[0]
            policy = load_policy(Path(self._settings.policy) if self._settings.policy else None)
            language = Language(item.language) if item.language else recognise(item.path, "")
            return (unread(language, [Gap(Stage.READ, why, what)], policy),)
        middle = len(items) // 2
        return self._audit(items[:middle]) + self._audit(items[middle:])


def encode_items(settings: StageSettings, items: tuple[Item, ...]) -> bytes:
    """Write a request."""
    return encode(StageRequest(settings, items))
