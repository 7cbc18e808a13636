"""What the trial's tests share: drivers that run trials as root and as an ordinary user."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.trial.driver import Driver

USERS = ("root", "ordinary") if os.geteuid() == 0 else ("ordinary",)


@pytest.fixture(scope="session", params=USERS)
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Give a warm driver for each kind of user; only root can become another."""
    with Driver(is_ordinary=os.geteuid() == 0 and request.param == "ordinary") as made:
        yield made
