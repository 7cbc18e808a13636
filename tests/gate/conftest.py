"""What the gate's tests share: a Service on one warm Auditor, with a state directory of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from auditor import Auditor
from auditor.gate.calls import Answer
from auditor.gate.engine import Engine
from auditor.gate.service import Service

SECONDS = 30.0


@dataclass
class Gate:
    """A gate as a host sees it."""

    service: Service
    state: Path
    counter: list[int] = field(default_factory=lambda: [0])

    def answer(self, agent: str, payload: object) -> Answer:
        """Answer a payload; text and bytes go as they are."""
        body = payload.encode() if isinstance(payload, str) else payload
        return self.service.answer(agent, body if isinstance(body, bytes) else json.dumps(body).encode(), SECONDS)

    def session(self, directory: str = "/nowhere") -> Talk:
        """Begin a session of Claude Code's."""
        self.counter[0] += 1
        return Talk(self, f"session {self.counter[0]}", directory)

    def log(self) -> list[dict[str, Any]]:
        """Give the log of decisions."""
        lines = (self.state / "decisions.jsonl").read_text(encoding="ascii").splitlines()
        return [json.loads(line) for line in lines]


@dataclass
class Talk:
    """One session: each call gives the answer's exit status, and `reason` holds the last reason."""

    gate: Gate
    name: str
    directory: str
    reason: str = ""

    def use(self, tool: str, **arguments: object) -> int:
        """Ask for one tool call: 0 allowed, 1 asked, 2 denied."""
        payload = {
            "session_id": self.name, "cwd": self.directory, "hook_event_name": "PreToolUse",
            "tool_name": tool, "tool_input": arguments,
        }  # fmt: skip
        answer = self.gate.answer("claude", payload)
        self.reason = answer.stderr or answer.stdout
        assert answer.exit_code in {0, 2}
        return 1 if answer.exit_code == 0 and answer.stdout else answer.exit_code

    def run(self, command: str) -> int:
        """Ask for a shell command."""
        return self.use("Bash", command=command)

    def write(self, path: str, content: str) -> int:
        """Ask for a file to be written."""
        return self.use("Write", file_path=path, content=content)


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own gate is used or touched."""
    monkeypatch.setenv("AUDITOR_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def gate(warm: Auditor, tmp_path: Path) -> Gate:
    """Give a gate with the default policy."""
    return Gate(Service(Engine(lambda: warm), tmp_path / "state"), tmp_path / "state")


@pytest.fixture(scope="session")
def observing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Auditor]:
    """Give an Auditor whose policy only observes."""
    policy = tmp_path_factory.mktemp("policy") / "policy.yaml"
    shipped = Path(__file__).parents[2] / "rulesets" / "policy.yaml"
    text = shipped.read_text(encoding="utf-8")
    assert "mode: enforce" in text
    policy.write_text(text.replace("mode: enforce", "mode: observe"), encoding="utf-8")
    with Auditor(policy=policy) as auditor:
        yield auditor
