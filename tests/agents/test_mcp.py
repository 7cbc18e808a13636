"""The newest MCP client against `auditor mcp`; the one that Semgrep pins is held to it in tests/gate."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.agents.conftest import AGENTS
from tests.gate.test_client import AUDITOR


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_release_2_of_the_official_client(tmp_path: Path) -> None:
    python = AGENTS / "mcp" / "bin" / "python"
    if not python.exists():
        pytest.skip(f"mcp is not installed in {AGENTS}")
    script = Path(__file__).parent.parent / "gate" / "mcp_client.py"
    done = subprocess.run(
        [str(python), str(script), AUDITOR, "mcp"],
        capture_output=True, text=True, cwd=tmp_path, timeout=180, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["release"].startswith("2.")
    assert told["revision"] == "2025-11-25"
    assert told["verdicts"] == ["deny"] + ["allow"] * 8
    assert told["without_handshake"] == ["2026-07-28", 2, "deny"]
