"""Readers under two thousand random texts each: they end in time, within memory, and raise nothing.

The driver runs a hundred thousand of each, and longer ones, in the background.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest

from auditor.model.unit import Language
from tests.read.fuzz import driver
from tests.read.fuzz.texts import TARGETS, seeds, text

COUNT = 2_000
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="children with limits need fork")


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("language", TARGETS, ids=lambda language: str(language.value))
def test_reading_survives(language: Language) -> None:
    """No text crashes, hangs or fills the memory of its reader."""
    assert list(driver.failures(language, range(COUNT), is_short=True)) == []


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        (lambda: 1 // 0, "raised ZeroDivisionError"),
        (lambda: os.kill(os.getpid(), 11), "killed by SIGSEGV"),
        (lambda: sum(iter(int, 1)), "hung past its limit"),
        (lambda: bytearray(8_000_000_000), "raised MemoryError"),
    ],
    ids=["raises", "crashes", "hangs", "fills memory"],
)
def test_the_driver_sees_what_goes_wrong(
    how: Callable[[], object], wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that raises, crashes, hangs or fills memory at the third text is reported, and the rest goes on."""
    third = driver.text_of(Language.CRONTAB, 2)
    monkeypatch.setattr(driver, "read", lambda language, source: how() if source == third else None)
    monkeypatch.setattr(driver, "SLACK_SECONDS", -4.0)
    found = list(driver.failures(Language.CRONTAB, range(6)))
    assert [failure.seed for failure in found] == [2]
    assert found[0].how.startswith(wanted)


def test_texts_differ_and_follow_from_their_seed() -> None:
    """The same seed gives the same text; hundreds of seeds give hundreds of texts, for each target."""
    for language in TARGETS:
        assert seeds(language)
        made = [text(random.Random(seed), language) for seed in range(100)]
        assert made == [text(random.Random(seed), language) for seed in range(100)]
        assert len(set(made)) > 90
