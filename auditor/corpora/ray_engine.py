"""The stage on a Ray cluster: the same function, in actors that keep their engines warm.

Takes batches, gives futures, as the local pool does. Each actor runs one worker process of its
own, so that a script that kills it is a gap in its row there as well; an actor whose node is lost
is started anew elsewhere, and its batch is audited again. Needs the `ray` extra.
"""

from __future__ import annotations

import os
import queue
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

from auditor.corpora.audited import (
    Audited,
    Item,
    StageRequest,
    StageSettings,
    decode_answer,
    decode_request,
    encode,
)
from auditor.corpora.pool import Pool
from auditor.errors import EngineError, UsageError

_TRIES = 4


class StageActor:
    """What runs on a node: a pool of one worker."""

    def __init__(self, settings: bytes, module: str) -> None:
        self._pool = Pool(1, decode_request(settings).settings, module=module)

    def audit(self, body: bytes) -> bytes:
        """Audit the scripts of a request."""
        return encode(self._pool.submit(decode_request(body).items).result())


class RayEngine:
    """An engine of Ray actors: those of the cluster at RAY_ADDRESS, or of one on this machine."""

    def __init__(self, jobs: int, settings: StageSettings, *, module: str = "auditor.corpora.stage") -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            import ray
        except ImportError as error:
            raise UsageError("--engine ray needs Ray", hint="pip install 'auditor[corpus,ray]'") from error
        self._ray: Any = ray
        self._owns = not ray.is_initialized()
        if self._owns:
            ray.init(
                address=os.environ.get("RAY_ADDRESS") or None,
                num_cpus=None if os.environ.get("RAY_ADDRESS") else jobs,
                include_dashboard=None if os.environ.get("RAY_ADDRESS") else False,
                log_to_driver=False,
                logging_level="error",
            )
        self._settings = settings
        self._module = module
        self._actors: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for _ in range(jobs):
            self._actors.put(self._start())
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="auditor-ray")
        self._jobs = jobs

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def parallel(self) -> int:
        """How many batches run at once."""
        return self._jobs

    def submit(self, items: Sequence[Item]) -> Future[tuple[Audited, ...]]:
        """Audit a batch in the next free actor."""
        return self._threads.submit(self._audit, tuple(items))

    def close(self) -> None:
        """End the actors, and the cluster if it was started here."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        while not self._actors.empty():
            self._ray.kill(self._actors.get())
        if self._owns:
            self._ray.shutdown()
        self._threads.shutdown(wait=True)

    def _start(self) -> object:
        remote = self._ray.remote(num_cpus=1)(StageActor)
        return remote.remote(encode(StageRequest(self._settings, ())), self._module)

    def _audit(self, items: tuple[Item, ...]) -> tuple[Audited, ...]:
        body = encode(StageRequest(self._settings, items))
        actor = self._actors.get()
        try:
            for _ in range(_TRIES):
                try:
                    return decode_answer(self._ray.get(actor.audit.remote(body)))
                except self._ray.exceptions.RayActorError:
                    actor = self._start()
                except self._ray.exceptions.RayTaskError as error:
                    raise EngineError(f"the stage cannot run: {error.cause}") from error
        finally:
            self._actors.put(actor)
        raise EngineError("the cluster lost a batch again and again", hint="--resume goes on")
