"""What tests of reading share: room on the stack."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def deep() -> Iterator[None]:
    """Give the interpreters the room on the stack that the reading worker gives them."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(6_000)
    yield
    sys.setrecursionlimit(before)
