"""Where the CLIs are: `.venv-agents/`, made by `make test-agents`, or the folder that AUDITOR_TEST_AGENTS names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

AGENTS = Path(os.environ.get("TEST_AGENTS", Path(__file__).parents[2] / ".venv-agents"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave these tests out unless they are asked for: they need hundreds of megabytes of other people's programs."""
    if os.environ.get("TEST_AGENTS"):
        return
    for item in items:
        if "tests/agents" in str(item.path):
            item.add_marker(pytest.mark.skip(reason="needs the real CLIs: make test-agents"))
