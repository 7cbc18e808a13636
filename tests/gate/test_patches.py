"""Patches and tool arguments become the acts and files that they stand for."""

from __future__ import annotations

import pytest

from auditor.gate.calls import Act, Cell, Code, Edit, Patch, Run, Unclear, Write
from auditor.gate.hosts.tools import acts_of
from auditor.gate.patches import patched
from auditor.gate.sessions import Session
from auditor.gate.writes import results

HEREDOC = "apply_patch <<'E'\n*** Begin Patch\nE"
SEARCH = "<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE"
FILES = {"a.py": "one\ntwo\nthree\n", "old.sh": "echo old\n"}


# Both forms give each file's whole text.


def test_codex_patches() -> None:
    patch = (
        "*** Begin Patch\n*** Update File: a.py\n@@\n one\n-two\n+2\n three\n*** Add File: b.sh\n+echo b\n"
        "*** Delete File: old.sh\n*** End Patch\n"
    )
    assert dict(patched(patch, FILES.get)) == {"a.py": "one\n2\nthree\n", "b.sh": "echo b"}


def test_a_move_is_a_write_to_the_new_name() -> None:
    patch = "*** Begin Patch\n*** Update File: a.py\n*** Move to: c.sh\n@@\n-two\n+2\n*** End Patch\n"
    assert dict(patched(patch, FILES.get)) == {"c.sh": "one\n2\nthree\n"}


def test_unified_diffs() -> None:
    patch = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"
    assert dict(patched(patch, FILES.get)) == {"a.py": "one\n2\nthree\n"}


def test_a_new_and_a_deleted_file() -> None:
    patch = "--- /dev/null\n+++ b/n.sh\n@@ -0,0 +1 @@\n+echo n\n--- a/old.sh\n+++ /dev/null\n@@ -1 +0,0 @@\n-echo old\n"
    assert dict(patched(patch, FILES.get)) == {"n.sh": "echo n"}


def test_a_hunk_that_does_not_fit_is_judged_all_the_same() -> None:
    patch = "*** Begin Patch\n*** Update File: a.py\n@@\n-nowhere\n+evil\n*** End Patch\n"
    assert "evil" in dict(patched(patch, FILES.get))["a.py"]


def test_carriage_returns() -> None:
    assert dict(patched("*** Begin Patch\r\n*** Add File: b.sh\r\n+x\r\n*** End Patch\r\n", FILES.get)) == {"b.sh": "x"}


def test_an_unfinished_patch_still_counts() -> None:
    assert dict(patched("*** Begin Patch\n*** Add File: b.sh\n+evil", FILES.get)) == {"b.sh": "evil"}


def test_a_patch_that_names_no_file_is_not_understood() -> None:
    with pytest.raises(Unclear):
        results(Session(), Patch("*** Begin Patch\n+evil\n*** End Patch"))


@pytest.mark.parametrize(
    ("tool", "arguments", "acts"),
    [
        ("Bash", {"command": "ls"}, (Run("ls"),)),
        ("Bash", '{"command": "ls"}', (Run("ls"),)),
        ("shell", {"command": ["bash", "-lc", "ls -l"]}, (Run("bash -lc 'ls -l'"),)),
        ("run_commands", {"commands": ["ls -l", "pwd"]}, (Run("ls -l"), Run("pwd"))),
        ("run_commands", {"commands": '["ls -l"]'}, (Run("ls -l"),)),
        ("run_commands", {"commands": [{"command": "ls"}]}, (Run("ls"),)),
        ("Write", {"file_path": "a", "content": "x"}, (Write("a", "x"),)),
        ("Edit", {"file_path": "a", "old_string": "x", "new_string": ""}, (Edit("a", "x", ""),)),
        ("Edit", {"path": "a", "old_str": "x", "new_str": "y", "replace_all": True}, (Edit("a", "x", "y", True),)),
        ("MultiEdit", {"file_path": "a", "edits": [{"old_string": "x", "new_string": "y"}]}, (Edit("a", "x", "y"),)),
        ("NotebookEdit", {"notebook_path": "a", "new_source": "x"}, (Cell("a", "x", True),)),
        ("NotebookEdit", {"notebook_path": "a", "new_source": "x", "cell_type": "markdown"}, (Cell("a", "x", False),)),
        ("apply_patch", {"input": "*** Begin Patch\n"}, (Patch("*** Begin Patch\n"),)),
        ("shell", {"command": ["apply_patch", "*** Begin Patch\n"]}, (Run("apply_patch"), Patch("*** Begin Patch\n"))),
        ("bash", {"command": HEREDOC}, (Run(HEREDOC), Patch("*** Begin Patch\nE"))),
        ("file_editor", {"command": "create", "path": "a", "file_text": "x"}, (Write("a", "x"),)),
        ("file_editor", {"command": "view", "path": "a"}, ()),
        ("mcp__x__run_code", {"code": "x", "language": "bash"}, (Code("bash", "x"),)),
        ("mcp__x__run_code", {"code": "x"}, (Code("python", "x"),)),
        ("mcp__node__eval", {"code": "x"}, (Code("javascript", "x"),)),
        ("mcp__my_shell__go", {"line": "ls", "description": "list"}, (Run("ls"),)),
        ("mcp__python__go", {"body": "print(1)"}, (Code("python", "print(1)"),)),
        ("mcp__github__create_issue", {"title": "ssh -R", "body": "ssh -R 1:h:2 u@h"}, ()),
        ("Read", {"file_path": "a"}, ()),
        ("WebSearch", {"query": "ssh -R"}, ()),
        ("multi_tool_use", {"tool_uses": [{"parameters": {"command": "ls"}}]}, (Run("ls"),)),
        ("replace_in_file", {"path": "a", "diff": SEARCH}, (Edit("a", "x", "y"),)),
        ("run_commands", {"commands": '[{"cmd": "ls"}]'}, (Run("ls"),)),
        ("mcp__x__go", {"command": {"command": "ls"}}, (Run("ls"),)),
        ("mcp__x__go", {"request": {"command": "ls"}}, (Run("ls"),)),
        ("mcp__x__go", {"steps": [[{"what": {"code": "x", "language": "bash"}}]]}, (Code("bash", "x"),)),
        ("mcp__x__go", {"path": "a", "about": {"content": "x"}}, ()),
        ("mcp__x__go", {"path": "a", "files": [{"content": "x"}]}, (Write("a", "x"),)),
        ("mcp__my_shell__go", "ls", (Run("ls"),)),
        ("write_stdin", {"session_id": 1, "chars": "ls\n"}, (Run("ls\n"),)),
        ("mcp__my_shell__go", ["ls"], (Run("ls"),)),
        ("mcp__my_shell__go", {"line": ["ls", "-l"]}, (Run("ls -l"),)),
        ("mcp__python__go", {"lines": ["import os", "x"]}, (Code("python", "import os\nx"),)),
        ("mcp__x__go", "ls", ()),
    ],
)  # fmt: skip
def test_tool_arguments_become_acts(tool: str, arguments: object, acts: tuple[Act, ...]) -> None:
    assert acts_of(tool, arguments) == acts


@pytest.mark.parametrize("tool", ["Bash", "run_shell_command", "execute_bash", "write_file", "apply_patch"])
@pytest.mark.parametrize("arguments", [{}, {"command": 7}, {"cmd": None}, [], {"deep": {"er": "x"}}])
def test_a_runner_without_a_command_is_not_understood(tool: str, arguments: object) -> None:
    with pytest.raises(Unclear):
        acts_of(tool, arguments)
