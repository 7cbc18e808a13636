"""Functions that run later find what others leave: handlers, threads, exit hooks, methods of one object."""

from __future__ import annotations

import pytest

from auditor.model.unit import Language
from tests.read.bounds.scripts import TUNNEL as T
from tests.read.bounds.scripts import read

PYTHON = Language.PYTHON
ARMED = "s = 0\ndef use(*a):\n  if s == 1: os.system(T)\ndef arm(*a):\n  global s\n  s = 1"
CASES = {
    "functions that nobody calls": ARMED,
    "functions handed to a library": f"{ARMED}\nimport lib\nlib.register(arm)\nlib.register(use)",
    "threads": f"{ARMED}\nimport threading\nthreading.Thread(target=use).start()\nthreading.Thread(target=arm).start()",
    "a timer": f"{ARMED}\nimport threading\nthreading.Timer(9, use).start()\narm()",
    "an exit hook": f"{ARMED}\nimport atexit\natexit.register(use)\ns = 1",
    "a signal": f"{ARMED}\nimport signal\nsignal.signal(signal.SIGUSR1, use)\nsignal.signal(signal.SIGUSR2, arm)",
    "methods of one object": (
        "import lib\nclass C(lib.Base):\n  def __init__(self): self.s = 0\n"
        "  def use(self, x):\n    if self.s == 1: os.system(T)\n  def arm(self, x): self.s = 1"
    ),
    "requests that count": (
        "import http.server\nclass H(http.server.BaseHTTPRequestHandler):\n  n = 0\n  def do_GET(self):\n    H.n += 1\n"
        "    if H.n == 9: os.system(T)\nhttp.server.HTTPServer(('', 80), H).serve_forever()"
    ),
    "a chain of states": (
        "s = 'a'\ndef one(x):\n  global s\n  if s == 'a': s = 'b'\ndef two(x):\n  global s\n  if s == 'b': s = 'c'\n"
        "def three(x):\n  if s == 'c': os.system(T)"
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_one_leaves_another_finds(case: str) -> None:
    """A command that only runs after something else has run is told."""
    assert T in read(f"import os\nT = '{T}'\n{CASES[case]}", PYTHON).lines


def test_what_nobody_changes_decides() -> None:
    """The twin: a state that no function and no line changes is what it is."""
    told = read(f"import os\nT = '{T}'\ns = 0\ndef use(x):\n  if s == 1: os.system(T)\ndef other(x): print(x)", PYTHON)
    assert told.lines == ()
    assert not told.gaps


def test_a_function_that_runs_later_is_told_once() -> None:
    """Reading it again from another state repeats no effect."""
    told = read(
        f"import os\nT = '{T}'\n{ARMED.replace('if s == 1: ', '')}\nimport atexit\natexit.register(use)", PYTHON
    )
    assert told.lines.count(T) == 1


OFTEN = "n = 0\ndef f(x):\n  global n\n  n += 1\n  if n == 9: os.system(T)\n"


@pytest.mark.parametrize(
    "calls",
    [
        "[f(x) for x in sys.stdin]",
        "list(map(f, sys.stdin))",
        "list(filter(f, sys.stdin))",
        "{x: f(x) for x in sys.stdin}",
    ],
)
def test_what_is_called_for_each_of_many_is_called_again(calls: str) -> None:
    """A comprehension or `map` over unknown items calls as often as it takes."""
    assert T in read(f"import os, sys\nT = '{T}'\n{OFTEN}{calls}", PYTHON).lines


def test_coroutines_run_while_others_do() -> None:
    """One that is started first may go on after another has changed what it looks at."""
    code = ARMED.replace("def", "async def")
    main = "async def main(): await asyncio.gather(use(), arm())\nasyncio.run(main())"
    assert T in read(f"import asyncio, os\nT = '{T}'\n{code}\n{main}", PYTHON).lines


def test_an_attribute_set_first_is_found_by_the_other_methods() -> None:
    """What one method sets on the object hides what the class has."""
    use = "  def use(self, x):\n    if self.s == 1: os.system(T)\n"
    code = f"class C(lib.Base):\n  s = 0\n{use}  def arm(self, x): self.s = 1"
    assert T in read(f"import os, lib\nT = '{T}'\n{code}", PYTHON).lines
