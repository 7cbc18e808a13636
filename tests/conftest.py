"""What tests share: one warm Auditor for a session, and nothing of the machine's own settings."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from auditor import Auditor


def pytest_configure() -> None:
    """Take away what would change the output: colours, widths, and a policy or baseline named in the environment."""
    for name in [key for key in os.environ if key.startswith("AUDITOR_") or key in {"FORCE_COLOR", "COLUMNS"}]:
        del os.environ[name]
    # a shell that starts this in the background has children ignore Ctrl-C, and some tests send one
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["NO_COLOR"] = "1"
    os.environ["LC_ALL"] = "C.UTF-8"


@pytest.fixture(scope="session")
def warm() -> Iterator[Auditor]:
    """Give an Auditor with the shipped rules and the default policy, started once."""
    from auditor import Auditor

    with Auditor() as auditor:
        yield auditor
