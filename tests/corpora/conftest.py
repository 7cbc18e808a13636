"""Pools whose workers run the fake stage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from auditor.corpora.audited import StageSettings
from auditor.corpora.pool import Pool


def fake_pool(jobs: int = 2, settings: StageSettings | None = None, each_seconds: float = 8.0) -> Pool:
    """Make a pool of fake stages."""
    return Pool(jobs, settings or StageSettings(), module="tests.corpora.fake_stage", each_seconds=each_seconds)


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Give a pool of two fake stages."""
    with fake_pool() as made:
        yield made
