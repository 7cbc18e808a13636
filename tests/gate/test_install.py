"""The hook in each host's settings: valid, once, beside what was there, and out again without a trace."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from auditor.cli import main
from auditor.errors import UsageError
from auditor.gate.hooks import HOOK_SECONDS, HOST_SECONDS, agents, command, hooks_of
from auditor.gate.hosts import HOSTS
from auditor.gate.install import _BACKUP, commands_in, install, is_installed, uninstall

each_agent = pytest.mark.parametrize("agent", sorted(HOSTS))


def test_there_is_a_hook_for_every_host() -> None:
    assert set(agents()) == set(HOSTS)
    assert hooks_of("nobody") is None
    assert HOOK_SECONDS < HOST_SECONDS, "the hook has to answer before its host gives up on it"


@each_agent
def test_it_is_written_once_and_taken_out_without_a_trace(agent: str, tmp_path: Path) -> None:
    hooks = hooks_of(agent)
    assert hooks is not None
    path = tmp_path / str(hooks.project)
    assert install(hooks, path)
    assert is_installed(hooks, path)
    first = path.read_bytes()
    assert not install(hooks, path), "a second time changes nothing"
    assert path.read_bytes() == first
    assert any(f"--agent {agent}" in line or f'"{agent}"' in line for line in (*commands_in(path), path.read_text()))
    assert uninstall(hooks, path)
    assert not path.exists()
    assert not uninstall(hooks, path)


@pytest.mark.parametrize("agent", sorted(set(HOSTS) - {"cline", "opencode"}))
def test_other_settings_stay(agent: str, tmp_path: Path) -> None:
    hooks = hooks_of(agent)
    assert hooks is not None
    path = tmp_path / "settings.json"
    key = hooks.entries[0].keys
    before: dict[str, object] = {"theme": "dunkel 🌒", "other": [1, {"a": None}]}
    inner: dict[str, object] = before
    for name in key[:-1]:
        inner[name] = {"another": []}
        inner = inner[name]  # type: ignore[assignment]
    inner[key[-1]] = [{"matcher": "Bash", "hooks": [{"type": "command", "command": "my-own --agent x"}]}]
    path.write_text(json.dumps(before, ensure_ascii=False), encoding="utf-8")
    path.chmod(0o640)
    assert install(hooks, path)
    after = json.loads(path.read_text(encoding="utf-8"))
    assert (after["theme"], after["other"]) == (before["theme"], before["other"])
    assert "my-own --agent x" in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o640
    assert json.loads(Path(f"{path}{_BACKUP}").read_text(encoding="utf-8")) == before
    assert uninstall(hooks, path)
    assert json.loads(path.read_text(encoding="utf-8")) == before


@each_agent
def test_an_older_hook_is_replaced(agent: str, tmp_path: Path) -> None:
    hooks = hooks_of(agent)
    assert hooks is not None
    path = tmp_path / "settings.json"
    install(hooks, path)
    path.write_text(path.read_text().replace(f"--timeout {HOOK_SECONDS}", "--timeout 5"), encoding="utf-8")
    if hooks.text:
        return
    assert not is_installed(hooks, path)
    assert install(hooks, path)
    assert is_installed(hooks, path)
    assert len(commands_in(path)) == len(hooks.entries)


@pytest.mark.parametrize(
    "text", ["{", "// a comment\n{}", "[]", '{"hooks": 7}', '{"hooks": {"PreToolUse": {}}}', "\xff\xfe"]
)
def test_what_is_not_understood_is_left_alone(text: str, tmp_path: Path) -> None:
    hooks = hooks_of("claude")
    assert hooks is not None
    path = tmp_path / "settings.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError):
        install(hooks, path)
    assert path.read_bytes() == text.encode("latin-1")
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(("settings", ".auditor"))] == [path.name]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    hooks = hooks_of("claude")
    assert hooks is not None
    (tmp_path / "dotfiles.json").write_text("{}", encoding="utf-8")
    path = tmp_path / "settings.json"
    path.symlink_to("dotfiles.json")
    install(hooks, path)
    assert path.is_symlink()
    assert is_installed(hooks, tmp_path / "dotfiles.json")


def test_an_interpreter_that_is_gone_is_status_2() -> None:
    line = command("claude")
    words = shlex.split(line)
    assert words[1] == "-I", "neither PYTHONPATH nor the working directory may put code in the hook's place"
    done = subprocess.run(
        ["/bin/sh", "-c", line.replace(words[0], "/nowhere/python")], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr, "some hosts let the call run where nothing is said"


def test_clines_script_says_that_it_could_not_run(tmp_path: Path) -> None:
    hooks = hooks_of("cline")
    assert hooks is not None
    path = tmp_path / "PreToolUse.sh"
    install(hooks, path)
    python = shlex.split(command("cline"))[0]
    path.write_text(path.read_text(encoding="utf-8").replace(python, "/nowhere/python"), encoding="utf-8")
    done = subprocess.run([str(path)], input=b"{}", capture_output=True, check=False)
    assert json.loads(done.stdout)["cancel"] is True


def test_opencodes_shim_is_javascript_that_throws(tmp_path: Path) -> None:
    import shutil

    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    hooks = hooks_of("opencode")
    assert hooks is not None
    shim = tmp_path / "auditor.mjs"
    python = json.dumps(shlex.split(command("opencode"))[0])
    for program, verdict in (("/bin/true", "allowed"), ("/bin/false", "denied"), ("/nowhere", "denied")):
        shim.write_text(hooks.text.replace(python, json.dumps(program)), encoding="utf-8")
        test = (
            f"import {{ Auditor }} from {json.dumps(str(shim))};"
            "const hooks = await Auditor({ directory: '/w' });"
            "try { await hooks['tool.execute.before']({ tool: 'bash', sessionID: 's', callID: 'c' },"
            " { args: { command: 'ls' } }); console.log('allowed') } catch (error) { console.log('denied') }"
        )
        done = subprocess.run([node, "--input-type=module", "-e", test], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == verdict, program


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert main(["install", "claude", "--project"]) == 0
    assert main(["install", "codex"]) == 0
    assert "trust" in capsys.readouterr().out
    assert (tmp_path / ".claude" / "settings.json").exists()
    assert (tmp_path / "home" / ".codex" / "hooks.json").exists()
    assert main(["install", "claude", "--project", "--uninstall"]) == 0
    assert not (tmp_path / ".claude" / "settings.json").exists()
    assert main(["install", "nobody"]) == 2
    assert main(["install", "vscode"]) == 2
    assert main(["install", "claude", "--project", "--user"]) == 2
