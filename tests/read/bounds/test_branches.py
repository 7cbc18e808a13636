"""Files that a branch writes, which may not be taken: afterwards they hold the one or the other."""

from __future__ import annotations

import pytest

from auditor.model.gap import Why
from auditor.model.unit import Language
from tests.read.bounds.scripts import TUNNEL, read

NODE = "const fs = require('fs'), cp = require('child_process');\n"


@pytest.mark.parametrize(
    "text",
    [
        f"echo '{TUNNEL}' > x; if [ -f /y ]; then echo ls > x; fi; bash x",
        f"if [ -f /y ]; then echo '{TUNNEL}' > x; else echo ls > x; fi; bash x",
        f"case $1 in a) echo '{TUNNEL}' > x;; *) echo ls > x;; esac; bash x",
        f"echo '{TUNNEL}' > x; [ -f /y ] && echo ls > x; bash x",
        f"echo '{TUNNEL}' > x; [ -f /y ] || echo ls > x; bash x",
        f"echo '{TUNNEL}' > x; [ -f /y ] && rm x; bash x",
        f"echo '{TUNNEL}' > x; while read l; do echo ls > x; done; bash x",
        f"echo '{TUNNEL}' > x; for f in $FILES; do cp $f x; echo ls | tee x; done; bash x",
        f"printf 'ssh ' > x; [ -f /y ] && printf '#' >> x; echo '{TUNNEL[4:]}' >> x; bash x",
        f"f() {{ [ -f /y ] || return; echo ls > x; }}; echo '{TUNNEL}' > x; f; bash x",
        f"echo '{TUNNEL}' > x; for i in 1; do [ -f /y ] && continue; echo ls > x; done; bash x",
    ],
)
def test_a_branch_of_shell_does_not_hide_what_was_written_before(text: str) -> None:
    """Whatever the condition says when it runs, the tunnel may be what runs."""
    assert TUNNEL in read(text).lines


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            Language.PYTHON,
            f"import os, sys\nif len(sys.argv) > 2:\n    open('x', 'w').write('{TUNNEL}')\n"
            "else:\n    open('x', 'w').write('ls')\nos.system('bash x')",
        ),
        (
            Language.PYTHON,
            f"import os, sys\nopen('x', 'w').write('{TUNNEL}')\nif len(sys.argv) > 2:\n"
            "    os.system('echo ls > x')\nos.system('bash x')",
        ),
        (
            Language.PYTHON,
            f"import os, sys\nopen('x', 'w').write('{TUNNEL}')\nfor line in sys.stdin:\n"
            "    open('x', 'w').write('ls')\nos.system('bash x')",
        ),
        (
            Language.JAVASCRIPT,
            NODE + f"if (process.argv.length > 2) fs.writeFileSync('x', '{TUNNEL}');\n"
            "else fs.writeFileSync('x', 'ls');\ncp.execSync('bash x')",
        ),
    ],
)
def test_a_branch_of_another_language_hides_nothing_either(language: Language, text: str) -> None:
    """The table of files is one for all languages."""
    assert TUNNEL in read(text, language).lines


@pytest.mark.parametrize(
    "text",
    [
        f"echo '{TUNNEL}' > x; echo ls > x; bash x",
        f"echo '{TUNNEL}' > x; if true; then echo ls > x; fi; bash x",
        f"echo '{TUNNEL}' > x; for i in 1 2; do echo ls > x; done; bash x",
        f"echo '{TUNNEL}' > x; cat <<'E' > x && bash x\nls\nE\n",
        f"if [ -f /y ]; then echo '{TUNNEL}' > x; echo ls > x; bash x; fi",
    ],
)
def test_what_is_written_for_certain_replaces(text: str) -> None:
    """A file that is overwritten on the way is gone."""
    told = read(text)
    assert TUNNEL not in told.lines
    assert "ls" in told.lines


def test_code_written_in_pieces_inside_a_branch_is_whole() -> None:
    """A branch's own writes replace each other, so that no piece of code is read by itself."""
    shell = "if [ ! -f x ]; then echo 'if true; then' > x; echo 'ls' >> x; echo 'fi' >> x; fi; bash x"
    python = (
        "import os, sys\nif len(sys.argv) > 2:\n    with open('x', 'w') as f:\n        f.write('if true; then\\n')\n"
        "        f.write('ls\\n')\n        f.write('fi\\n')\nos.system('bash x')"
    )
    assert Why.NOT_PARSED not in read(shell).whys
    assert Why.NOT_PARSED not in read(python, Language.PYTHON).whys


def test_many_lines_that_may_be_added_are_all_added() -> None:
    """Past the number of alternatives whole lines count as added, so that no list of commands turns opaque."""
    text = 'for f in a b c d e f g h i j k l m n o p q r s; do [ -f $f ] && echo "echo $f" >> x; done; bash x'
    told = read(text)
    assert told.is_silent
    assert any(unit.text.count("echo") == 19 for unit in told.units[1:])
