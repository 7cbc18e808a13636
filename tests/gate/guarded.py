"""What the tests of `auditor.guard` and of `AuditedSandbox` share: a server, and a gate with a session of its own."""

from __future__ import annotations

import pytest

from auditor.gate.guarding import Gate
from tests.gate.test_client import Place, served

__all__ = ["TUNNEL", "gate", "served"]

TUNNEL = "ssh -N -R 2222:localhost:22 ops@203.0.113.5"


@pytest.fixture
def gate(served: Place, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Gate:
    """Give a gate with a session of its own."""
    monkeypatch.setenv("AUDITOR_RUNTIME_DIR", str(served.directory))
    return Gate(session=request.node.name, directory="/nowhere", seconds=30.0)
