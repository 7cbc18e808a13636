"""Hostile text neither crashes nor hangs the reader: each bound ends in a gap, and legitimate size passes."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from auditor.model.gap import Why
from auditor.settings import DEFAULT_LIMITS
from tests.read.python.readings import effects_of, lines_of, read

DEEP = {
    "a case pattern that does not parse": "match x:\n    case {'k': v} | str(" + "f(" * 10 + "v:\n        pass\n",
    "brackets": "x = " + "(" * 2000 + "1" + ")" * 2000,
    "minus signs": "x = " + "-" * 10_000 + "1",
    "attributes": "x = a" + ".a" * 5000,
    "calls": "x = f" + "()" * 5000,
    "additions": "x = 1" + "+1" * 5000,
    "dicts": "x = " + "{1:" * 500 + "1" + "}" * 500,
    "lambdas": "x = " + "lambda: " * 5000 + "1",
    "nots": "x = " + "not " * 5000 + "1",
    "conditionals": "x = " + "1 if a else " * 5000 + "2",
    "adjacent strings": "x = " + '"a" ' * 20_000,
    "elifs": "if a: pass\n" + "elif b: pass\n" * 20_000,
    "blocks": "".join(" " * depth + "if a:\n" for depth in range(400)) + " " * 400 + "pass\n",
    "an f-string": 'x = f"{' + "(" * 2000 + "1" + ")" * 2000 + '}"',
    "subscripts": "x = a" + "[0]" * 5000,
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_text_is_a_gap(name: str) -> None:
    """What would kill or stall the parser is refused by the scan, quickly."""
    start = time.process_time()
    reading = read(DEEP[name])
    assert [gap.why for gap in reading.gaps] == [Why.TOO_DEEP]
    assert time.process_time() - start < 1


def test_a_huge_line_is_a_gap() -> None:
    """Five megabytes on one line are not parsed."""
    assert [gap.why for gap in read("x = '" + "a" * 5_000_000 + "'").gaps] == [Why.TOO_LARGE]


def test_long_but_flat_code_is_read() -> None:
    """Lists of thousands of items, 300 terms of a sum and 400 small statements are ordinary."""
    code = "import os\nx = [" + "1, " * 3000 + "]\n"
    code += "y = " + " + ".join(["'s'"] * 300) + "\n" + "z = 1\n" * 400
    code += "os.system('l' + 's')\n"
    reading = read(code)
    assert lines_of(reading) == ["ls"]
    assert not reading.gaps


@pytest.mark.parametrize("terms", [400, DEFAULT_LIMITS.chain])
def test_chains_up_to_the_limit_are_evaluated(terms: int) -> None:
    """A sum of as many terms as the limit allows is read whole."""
    code = "import os\nos.system('l' + 's' + ''" + " + ''" * (terms - 4) + ")\n"
    assert effects_of(code) == ["ls"]


def test_one_link_more_than_the_limit_is_a_gap() -> None:
    """The bound on chains holds exactly."""
    assert read("x = 1" + " + 1" * DEFAULT_LIMITS.chain).gaps == ()
    assert [gap.why for gap in read("x = 1" + " + 1" * (DEFAULT_LIMITS.chain + 1)).gaps] == [Why.TOO_DEEP]


RUNAWAY = {
    "endless loop": "import os\nwhile True:\n    n = 1\nos.system('ls')",
    "counting forever": "import os\nn = 0\nwhile True:\n    n += 1\nos.system('ls')",
    "recursion": "import os\ndef f(n): return f(n + 1)\nf(0)\nos.system('ls')",
    "two-way recursion": "import os\ndef f(n): return f(n - 1) + f(n - 2) if n > 1 else n\nf(60)\nos.system('ls')",
    "doubling text": "import os\ns = 'a'\nfor i in range(100): s = s + s\nos.system('ls')",
    "doubling lists": "import os\ns = [1]\nfor i in range(100): s = s + s\nos.system('ls')",
    "a power": "import os\nn = 9 ** 9 ** 9\nos.system('ls')",
    "a shift": "import os\nn = 1 << 10 ** 12\nos.system('ls')",
    "padding": "import os\ns = 'a'.ljust(10 ** 12) + format(1, '999999999d') + '%999999999d' % 1\nos.system('ls')",
    "a wide format": "import os\ns = '{:>{w}}'.format(1, w=10 ** 10) + f'{1:>9999999999}'\nos.system('ls')",
    "repetition": "import os\ns = 'a' * 10 ** 12 + bytes(10 ** 12).decode()\nos.system('ls')",
    "a regex": "import os, re\nre.sub('(a+)+$', '', 'a' * 5000 + 'b')\nos.system('ls')",
    "a regex without nesting": "import os, re\nre.search('a*a*a*a*a*b', 'a' * 5000)\nos.system('ls')",
    "range": "import os\nfor i in range(10 ** 15): x = i\nos.system('ls')",
    "a self-containing list": "import os\nx = []\nx.append(x)\nprint(str(x), x == x)\nos.system('ls')",
    "product": "import os, itertools\nlist(itertools.product('ab', 'cd', range(1000), range(1000)))\nos.system('ls')",
    "factorial": "import os, math\nmath.factorial(10 ** 9)\nos.system('ls')",
    "a class that is its own base": "import os\nclass A: pass\nclass A(A): pass\nA().x\nos.system('ls')",
    "getattr of itself": "import os\nclass A:\n  def __getattr__(s, n): return getattr(s, n)\nA().x\nos.system('ls')",
}


@pytest.mark.parametrize("name", RUNAWAY)
def test_runaway_code_is_bounded_and_what_follows_is_read(name: str) -> None:
    """Work without end is cut off, and the statement behind it still has its effect."""
    start = time.process_time()
    assert "ls" in effects_of(RUNAWAY[name])
    assert time.process_time() - start < 4


def test_a_bomb_is_not_unpacked() -> None:
    """A thousandfold decompression stays unknown, and running it says so."""
    import base64
    import zlib

    packed = base64.b64encode(zlib.compress(b" " * 10_000_000 + b"ls")).decode()
    lines = effects_of(f"import os, zlib, base64\nos.system(zlib.decompress(base64.b64decode('{packed}')).decode())")
    assert lines
    assert lines[0].startswith("code.load bash ")


def test_the_budget_ends_in_a_gap() -> None:
    """A script that uses up its steps is a gap, not silence."""
    code = "import os\n" + "os.getcwd()\n" * 300
    assert [gap.why for gap in read(code, replace(DEFAULT_LIMITS, steps=200)).gaps] == [Why.TOO_MANY]


def test_code_in_code_is_bounded() -> None:
    """Text that runs itself again stops at the limit of depth or units."""
    reading = read("code = 'import os; os.system(\"ls\"); exec(code)'\nexec(code)")
    assert "ls" in lines_of(reading)
    assert reading.gaps


def test_what_does_not_parse_is_a_gap_and_the_rest_is_read() -> None:
    """A broken statement does not hide the others."""
    reading = read("import os\nprint 'old'\nos.system('ls')\n")
    assert lines_of(reading) == ["ls"]
    assert [(gap.why, gap.place.span.line if gap.place else 0) for gap in reading.gaps] == [(Why.NOT_PARSED, 2)]


@pytest.mark.parametrize(
    "text", ["\x00", "\ufeff", "", "\n\n", "# only a comment", "\\", "'", '"""', "\t\tx", "é = 1", "\r\r", "a\x0cb"]
)
def test_scraps_do_not_crash(text: str) -> None:
    """Fragments give a reading."""
    assert read(text).units
