"""A reader that ends costs a Gap that says why."""

from __future__ import annotations

import signal

from auditor.model.gap import Why
from auditor.read.remote import told_by
from auditor.worker_process import WorkerDied


def test_a_reader_that_used_up_its_processor_time_was_slow() -> None:
    """The kernel's signal for the limit is a time-out, every other one a failure."""
    assert told_by(WorkerDied("ended", -signal.SIGXCPU))[0] is Why.TIMED_OUT
    assert told_by(WorkerDied("ended", -signal.SIGSEGV))[0] is Why.ENGINE_FAILED
    assert told_by(WorkerDied("ended", 3)) == (Why.ENGINE_FAILED, "the reader died (exit status 3)")
