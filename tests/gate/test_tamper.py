"""What holds the agent back is out of its reach, however it goes about it; reading it is not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from auditor import Auditor
from auditor.gate.engine import Engine
from auditor.gate.service import Service
from tests.gate.conftest import Gate

HOOK_FILES = (
    "~/.claude/settings.json", "/w/.claude/settings.local.json", "/etc/claude-code/managed-settings.json",
    "~/.codex/config.toml", "/w/.codex/hooks.json", "~/.gemini/settings.json", "~/.qwen/settings.json",
    "~/.iflow/settings.json", "/w/.github/hooks/auditor.json", "~/.copilot/hooks/auditor.json",
    "/etc/github-copilot/policy.d/auditor.json", "/w/.cursor/hooks.json", "~/.codeium/windsurf/hooks.json",
    "/w/.windsurf/hooks.json", "/w/.clinerules/hooks/PreToolUse", "/w/.cline/hooks/PreToolUse.py", "/w/crush.json",
    "/w/.kiro/hooks/auditor.json", "/w/.opencode/plugin/auditor.js", "/w/opencode.json", "/w/.openhands/hooks.json",
    "/etc/auditor/policy.yaml", "/usr/lib/python3/site-packages/auditor/gate/client.py", "/w/.venv/bin/auditor",
)  # fmt: skip
COMMANDS = (
    "echo '{{}}' > {0}", "cp /tmp/x {0}", "mv /tmp/x {0}", "mv {0} /tmp/x", "rm -f {0}", "sed -i s/deny/allow/ {0}",
    "tee {0} < /tmp/x", "truncate -s 0 {0}", "chmod 000 {0}", "ln -sf /dev/null {0}", "dd if=/dev/null of={0}",
    "git checkout -- {0}", "python3 -c \"open('{0}', 'w').write('')\"",
)  # fmt: skip
READINGS = (
    "cat {0}", "grep -n hooks {0}", "jq .hooks {0}", "cp {0} /tmp/backup", "sed -n 1,5p {0}", "ls -l {0}", "stat {0}",
    "git diff {0}", "python3 -c \"print(open('{0}').read())\"",
)  # fmt: skip


@pytest.mark.parametrize("path", HOOK_FILES)
def test_no_tool_may_write_them(gate: Gate, path: str) -> None:
    talk = gate.session("/w")
    assert talk.write(path, "{}") == 2
    assert talk.use("Edit", file_path=path, old_string="a", new_string="b") == 2
    assert talk.use("apply_patch", input=f"*** Begin Patch\n*** Add File: {path}\n+x\n*** End Patch\n") == 2
    assert "operator" in talk.reason


def test_what_many_commands_may_write_is_bounded_together(gate: Gate) -> None:
    """Each place that is mentioned may be where each of them writes: looking at all would take minutes."""
    mentions = "\n".join(f"echo /w{number}/.claude" for number in range(500))
    text = mentions + "\n" + "\n".join(f"rm -f f{number}" for number in range(500))
    begin = time.monotonic()
    talk = gate.session("/w")
    assert talk.run(text) == 2
    assert "more paths than can be looked at" in talk.reason
    assert time.monotonic() - begin < 20
    assert talk.run(mentions + "\n" + "rm -f f\n" * 500) == 0, "one name is looked at once"


def test_no_number_of_decoys_hides_a_path(gate: Gate) -> None:
    """Neither many words before it nor many mentions."""
    talk = gate.session("/w")
    decoys = " ".join(f"/tmp/{number}" for number in range(200))
    assert talk.run(f"rm -f {decoys} /home/u/.claude/settings.json") == 2
    flood = "".join(f"# ~/{'x' * (number % 90)}{number}/.codex/\n" for number in range(400)) + "touch "
    flood += " ".join(f"y{number}" for number in range(200))
    assert talk.run(flood) == 2
    mentions = "".join(f"# ~/.codex/{number}\n" for number in range(60))
    assert talk.run(f"{mentions}cd ~/.claude && rm -f settings.json") == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_may_change_them(gate: Gate, command: str) -> None:
    talk = gate.session("/w")
    for path in ("/home/u/.claude/settings.json", "/etc/auditor/policy.yaml"):
        assert talk.run(command.format(path)) == 2, command
        assert "operator" in talk.reason


@pytest.mark.parametrize("command", READINGS)
def test_reading_is_no_tampering(gate: Gate, command: str) -> None:
    talk = gate.session("/w")
    assert talk.run(command.format("/home/u/.claude/settings.json")) == 0, talk.reason


@pytest.mark.parametrize(
    "command",
    [
        "cd ~/.claude && echo '{}' > settings.json",
        "(cd /w/.claude; rm settings.json)",
        "rm -rf ~/.claude",
        "mv .claude .claude.off",
        "rm -rf .github/hooks",
        "pkill -f 'auditor serve'",
        "killall auditor",
        "kill $(pgrep -f auditor)",
        "pgrep -f auditor | xargs kill",
        "kill -9 $(cat $XDG_RUNTIME_DIR/auditor/lock)",
        "systemctl --user stop auditor.service",
        "auditor approve 0123456789ab --why because",
        "python3 -m auditor approve 0123456789ab --why because",
        ".venv/bin/auditor serve --stop",
        "auditor install claude --uninstall",
        "pip uninstall -y auditor",
        "pip install auditor==0.0.1",
        "find /etc/auditor -name policy.yaml -delete",
    ],
)
def test_ways_round_are_closed(gate: Gate, command: str) -> None:
    assert gate.session("/w").run(command) == 2


def test_the_gates_own_directories_and_process_are_protected(gate: Gate) -> None:
    talk = gate.session("/w")
    run, state, config = (os.environ[name] for name in ("AUDITOR_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME"))
    for path in (f"{run}/auditor/gate.sock", f"{state}/auditor/decisions.jsonl", f"{config}/auditor/policy.yaml"):
        assert talk.run(f"rm {path}") == 2
        assert talk.write(path, "x") == 2
    assert talk.run(f"rm -rf {state}") == 2, "nor with the directory they lie in"
    assert talk.run(f"kill {os.getpid()}") == 2
    assert talk.run(f"python3 -c 'import os; os.kill({os.getpid()}, 9)'") == 2


def test_a_link_to_them_is_followed(gate: Gate, tmp_path: Path) -> None:
    (tmp_path / ".claude").mkdir()
    target = tmp_path / ".claude" / "settings.json"
    target.write_text("{}", encoding="utf-8")
    (tmp_path / "innocent.json").symlink_to(target)
    talk = gate.session(str(tmp_path))
    assert talk.write("innocent.json", "{}") == 2
    assert talk.run(f"echo x > {tmp_path}/innocent.json") == 2


@pytest.mark.parametrize(
    "command",
    ["kill 4242", "kill %1", "pkill -f 'npm run dev'", "rm -rf build .cache", "mv a b", "pip install -e .",
     "git checkout -- src/auditor_notes.txt", "cp .claude/commands/review.md docs/", "kill $(cat server.pid)",
     "echo x > settings.json", "pip install requests", "systemctl status ssh", "rm -rf .claude/commands"],
)  # fmt: skip
def test_ordinary_work_is_no_tampering(gate: Gate, command: str) -> None:
    talk = gate.session("/w")
    assert talk.run(command) != 2, talk.reason


def test_observing_does_not_let_itself_be_ended(observing: Auditor, tmp_path: Path) -> None:
    talk = Gate(Service(Engine(lambda: observing), tmp_path), tmp_path).session("/w")
    assert talk.run("ssh -N -R 2222:localhost:22 ops@203.0.113.5") == 0
    assert talk.write("/w/.claude/settings.json", "{}") == 2
