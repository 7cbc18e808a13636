"""`auditor doctor` sees whether the gate is live: server, policy, hooks, trust, versions, programs that are gone."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from auditor.gate.hooks import command, hooks_of
from auditor.gate.install import install
from auditor.gate.live import look


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    (tmp_path / "project").mkdir()
    return tmp_path


def _seen(home: Path) -> dict[str, tuple[bool, str]]:
    return {sight.name: (sight.is_well, sight.found) for sight in look(home, home / "project")}


def _install(agent: str, home: Path) -> Path:
    hooks = hooks_of(agent)
    assert hooks is not None
    path = home / str(hooks.user)
    install(hooks, path)
    return path


def test_nothing_is_installed(home: Path) -> None:
    assert _seen(home) == {
        "gate server": (False, "none runs; the hook starts one"),
        "gate policy": (True, "the one that ships"),
    }


@pytest.mark.parametrize("agent", ["claude", "gemini", "cline", "copilot", "kiro"])
def test_a_hook_is_seen_and_so_is_a_program_that_is_gone(agent: str, home: Path) -> None:
    path = _install(agent, home)
    assert _seen(home)[f"hook {agent}"] == (True, str(path))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("--timeout 20", "--timeout 200"), encoding="utf-8")
    assert "renews" in _seen(home)[f"hook {agent}"][1]
    path.write_text(text.replace(shlex.split(command(agent))[0], "/nowhere/python"), encoding="utf-8")
    assert "/nowhere/python is gone" in _seen(home)[f"hook {agent}"][1]


def test_codex_has_to_trust_it(home: Path) -> None:
    _install("codex", home)
    assert _seen(home)["trust codex"][0] is False
    (home / ".codex" / "config.toml").write_text('[hooks.state."x"]\ntrusted_hash = "sha256:0"\n', encoding="utf-8")
    assert "trust codex" not in _seen(home)


@pytest.mark.parametrize(("version", "is_told"), [("2.1.197", True), ("2.1.330", False), ("nonsense", False)])
def test_an_old_claude_ignores_on_failure(home: Path, version: str, is_told: bool) -> None:
    _install("claude", home)
    program = home / "bin" / "claude"
    program.write_text(f"#!/bin/sh\necho '{version} (Claude Code)'\n", encoding="utf-8")
    program.chmod(0o755)
    assert ("version claude" in _seen(home)) is is_told


@pytest.mark.parametrize(
    ("text", "told"),
    [("version: 1\nmode: observe\n", "observe"), ("version: 1\non_error: allow\n", "on_error"), ("{", "")],
)
def test_a_policy_that_lets_things_pass_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    policy = home / "config" / "auditor" / "policy.yaml"
    policy.parent.mkdir(parents=True)
    policy.write_text(text, encoding="utf-8")
    is_well, found = _seen(home)["gate policy"]
    assert not is_well
    assert told in found
