"""Calls that look like one that was read: they are read again while they can find anything else."""

from __future__ import annotations

import pytest

from auditor.model.unit import Language
from tests.read.bounds.scripts import TUNNEL as T
from tests.read.bounds.scripts import read

PYTHON = Language.PYTHON

COUNTERS = {
    "a name of the module": "n = 0\ndef f(x):\n  global n\n  n += 1\n  if n == 9: os.system(T)",
    "what another function reads": (
        "n = []\ndef f(x):\n  n.append(1)\n  g(x)\ndef g(x):\n  if len(n) == 9: os.system(T)"
    ),
    "a list that shrinks": "q = ['ls'] * 9 + [T]\ndef f(x): os.system(q.pop(0))",
    "a default": "def f(x, l=[]):\n  l.append(1)\n  if len(l) == 9: os.system(T)",
    "an attribute": "class C: n = 0\ndef f(x):\n  C.n += 1\n  if C.n == 9: os.system(T)",
    "an instance": (
        "class C:\n  n = 0\n  def f(self, x):\n    self.n += 1\n    if self.n == 9: os.system(T)\nf = C().f"
    ),
    "a name that is made": "n = 0\ndef f(x):\n  globals()['n'] += 1\n  if globals()['n'] == 9: os.system(T)",
    "a variable of the environment": (
        "os.environ['N'] = ''\ndef f(x):\n  os.environ['N'] += 'a'\n  if os.environ['N'] == 'a' * 9: os.system(T)"
    ),
    "a file": "def f(x):\n  open('n', 'a').write('a')\n  if open('n').read() == 'a' * 9: os.system(T)",
    "a closure": (
        "def m():\n  n = 0\n  def f(x):\n    nonlocal n\n    n += 1\n    if n == 9: os.system(T)\n  return f\nf = m()"
    ),
}
DEEPER = {
    "a number": ("def f(x, n):\n  if n == 0: os.system(T)\n  else: f(x, n - 1)", "9"),
    "a text": ("def f(x, n):\n  if n == 'a' * 9: os.system(T)\n  else: f(x, n + 'a')", "''"),
    "a list": ("def f(x, n):\n  if len(n) == 9: os.system(T)\n  else: f(x, n + [1])", "[]"),
    "a table": (
        "M = dict(zip('abcdefgh', 'bcdefghi'))\ndef f(x, n):\n  if n == 'i': os.system(T)\n  else: f(x, M[n])",
        "'a'",
    ),
    "another function": ("def g(x, n): f(x, n - 1)\ndef f(x, n):\n  if n == 0: os.system(T)\n  else: g(x, n)", "9"),
    "a name of the module": (
        "k = 0\ndef f(x, n):\n  global k\n  k += 1\n  if k == 9: os.system(T)\n  elif k < 10: f(x, n)",
        "0",
    ),
}


@pytest.mark.parametrize("case", COUNTERS)
def test_the_same_call_is_another_while_what_it_reaches_changes(case: str) -> None:
    """A call that looks the same is read again as long as it finds something else."""
    calls = "for i in range(12): f(sys.stdin.read())"
    told = read(f"import os, sys\nT = '{T}'\n{COUNTERS[case]}\n{calls}", PYTHON)
    assert T in told.lines
    assert not told.gaps


@pytest.mark.parametrize("case", DEEPER)
def test_a_recursion_over_unknown_arguments_is_read_to_its_end(case: str) -> None:
    """One call stands for all deeper ones, with what changes from call to call unknown."""
    code, start = DEEPER[case]
    assert not read(f"import os, sys\nT = '{T}'\n{code}\nf(sys.stdin.read(), {start})", PYTHON).hides


def test_more_calls_than_are_read_leave_what_they_changed_unknown() -> None:
    """Where calls change what decides later, those that are not read are a gap, even if they can do nothing else."""
    code = "n = 0\ndef f(x):\n  global n\n  n += 1\nfor i in range(300): f(sys.stdin.read())"
    assert read(f"import os, sys\n{code}\nif n == 300: os.system('{T}')", PYTHON).gaps


def test_calls_that_change_nothing_are_read_a_few_times_and_no_gap() -> None:
    """The twin: a function that only starts the same program again has nothing more to tell."""
    told = read("import os, sys\ndef f(x): os.system('make')\nfor i in range(300): f(sys.stdin.read())", PYTHON)
    assert told.lines == ("make",)
    assert not told.gaps


def test_calls_deeper_than_are_read_are_no_silence() -> None:
    """A recursion over known numbers that is too deep is told; one that can do nothing is no gap."""
    deep = "import os\ndef f(n):\n  if n == 0: {0}\n  else: f(n - 1)\nf(60)"
    assert not read(deep.format(f"os.system('{T}')"), PYTHON).hides
    assert not read(deep.format("print(n)") + "\nos.system('ls')", PYTHON).gaps


QUEUES = {
    "taken from the front": "q = ['ls'] * 7 + [T]\nfor x in sys.stdin: os.system(q.pop(0))",
    "taken from the end": "q = [T] + ['ls'] * 7\nfor x in sys.stdin: os.system(q.pop())",
    "an iterator": "q = iter(['ls'] * 7 + [T])\nwhile True: os.system(next(q))",
    "turned round": (
        "q = ['ls'] * 7 + [T]\nfor x in sys.stdin:\n  os.system(q[0])\n  first = q.pop(0)\n  q.append(first)"
    ),
    "a text that grows": "s = ''\nfor x in sys.stdin:\n  s += 'a'\n  if len(s) == 9: os.system(T)",
    "one item that counts": "n = [0]\nfor x in sys.stdin:\n  n[0] += 1\n  if n[0] == 9: os.system(T)",
}


@pytest.mark.parametrize("case", QUEUES)
def test_a_loop_of_unknown_length_comes_to_every_item(case: str) -> None:
    """Whatever a list holds may come to any place of it, where a loop moves it."""
    assert T in read(f"import os, sys\nT = '{T}'\n{QUEUES[case]}", PYTHON).lines


def test_a_list_that_only_grows_keeps_its_beginning() -> None:
    """The twin: the program of a command line that a loop makes longer is known."""
    told = read("import subprocess, sys\nc = ['ls']\nfor x in sys.stdin: c.append('-l')\nsubprocess.run(c)", PYTHON)
    assert all(line.split()[0] == "ls" for line in told.lines)
    assert not told.gaps
