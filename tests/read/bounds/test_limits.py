"""Each limit of reading: at the limit a command is found, one past it something says that it may be missing."""

from __future__ import annotations

import base64
import random
import zlib
from collections.abc import Callable
from dataclasses import fields, replace

import pytest

from auditor.model.unit import Language
from auditor.settings import DEFAULT_LIMITS, Limits
from tests.read.bounds.scripts import TUNNEL as T
from tests.read.bounds.scripts import read

Make = Callable[[int], str]
BASH, PYTHON, NODE = Language.BASH, Language.PYTHON, Language.JAVASCRIPT
ITEMS = "collection_items"
EXEC = "require('child_process').exec"


def packed(ratio: int) -> str:
    """Give a script that runs what it unpacks, which is a little less than so many times as much."""
    noise = random.Random(1).randbytes(50_000)
    size = len(noise) * (ratio - 1)
    text = b"#" + base64.b64encode(noise)[: len(noise)] + b"#" * size + b"\n" + T.encode()
    data = base64.b64encode(zlib.compress(text)).decode()
    return f"import base64, os, zlib\nos.system(zlib.decompress(base64.b64decode('{data}')).decode())"


def rows(count: int, last: str, form: str) -> str:
    """Give numbered pieces, one less than a number of them, and a last one."""
    return "".join(form.format(number) for number in range(count - 1)) + last


CASES: dict[str, tuple[str, int, Language, Make]] = {
    "a long line": ("line_bytes", 200, PYTHON, lambda n: f"#{'x' * (n - 1)}\nimport os\nos.system('{T}')"),
    "a long script": ("script_bytes", 200, BASH, lambda n: f"{T}\n".ljust(n, "#")),
    "a chain": ("chain", 20, PYTHON, lambda n: f"import os\nx = a{'.b' * n}\nos.system('{T}')"),
    "braces": ("shell_nesting", 10, BASH, lambda n: "{ " * (n - 1) + T + "; }" * (n - 1)),
    "calls": (
        "shell_calls",
        5,
        BASH,
        lambda n: (
            "".join(f'f{each}() {{ f{each + 1} "$1"; }}\n' for each in range(n - 1)) + f"f{n - 1}() {{ $1; }}\nf0 '{T}'"
        ),
    ),
    "functions": ("shell_functions", 5, BASH, lambda n: rows(n, f"z() {{ {T}; }}\n", "f{0}() {{ true; }}\n")),
    "rounds of shell": ("loop_rounds", 10, BASH, lambda n: f"for c in {'true ' * (n - 1)}'{T}'; do $c; done"),
    "rounds of Python": (
        "loop_rounds",
        10,
        PYTHON,
        lambda n: (
            f"import os\nr = []\nfor i in range({n}):\n  r.append('ls' if i < {n - 1} else '{T}')\nos.system(r[-1])"
        ),
    ),
    "items of Python": (ITEMS, 10, PYTHON, lambda n: f"import os\nos.system((['ls'] * {n - 1} + ['{T}'])[-1])"),
    "items of JavaScript": (ITEMS, 10, NODE, lambda n: f"{EXEC}('{'a,' * (n - 1)}{T}'.split(',')[{n - 1}])"),
    "items made flat": (ITEMS, 10, NODE, lambda n: f"{EXEC}([[{'1,' * (n - 1)}], '{T}'].flat()[{n - 1}])"),
    "lines of mapfile": (
        ITEMS,
        10,
        BASH,
        lambda n: f"printf '%s\\n' {'a ' * (n - 1)} '{T}' | {{ mapfile -t r; ${{r[{n - 1}]}}; }}",
    ),
    "items of shell": (ITEMS, 10, BASH, lambda n: rows(n, f"r[{n}]='{T}'\n${{r[{n}]}}", "r[{0}]=x\n")),
    "text of Python": ("text_bytes", 100, PYTHON, lambda n: f"import os\nos.system('#' * {n - len(T) - 1} + '\\n{T}')"),
    "text of JavaScript": ("text_bytes", 100, NODE, lambda n: f"{EXEC}('#'.repeat({n - len(T) - 1}) + '\\n{T}')"),
    "units": ("units", 5, BASH, lambda n: rows(n - 1, f"bash -c '{T}'", "bash -c 'true {0}'\n")),
    "effects": ("effects", 10, BASH, lambda n: rows(n, T, "ls {0}\n")),
    "files": ("files", 6, BASH, lambda n: rows(n - 1, f"echo '{T}' > z; bash z", "echo {0} > {0}\n")),
    "alternatives": (
        "alternatives",
        4,
        BASH,
        lambda n: f"case $1 in {rows(n, '', '{0}) x=ls{0};; ')} *) x='{T}';; esac; $x",
    ),
    "parts of a value": (
        "value_parts",
        20,
        BASH,
        lambda n: f'x="{"".join(f"$v{each} " for each in range(n // 2 - 1))}"\nbash -c "# $x\n{T}"',
    ),
    "a bomb": ("decompression_ratio", 2, PYTHON, packed),
}
ELSEWHERE = {
    "nesting": "tests of hostile Python and of recipes",
    "steps": "tests of hostile Python",
    "depth": "tests of bounds that became limits in shell",
    "pattern_states": "what is not decided is taken both ways",
    "arithmetic_tokens": "what is not known is taken both ways",
    "arithmetic_depth": "what is not known is taken both ways",
    "read_seconds": "tests of notebooks and recipes",
    "worker_memory_bytes": "the fuzzer's children",
    "word_bytes": "tests of transcripts",
    "transcript_lines": "tests of transcripts",
    "match_seconds": "tests of matching",
}


@pytest.mark.parametrize("case", CASES)
def test_at_the_limit_all_is_read(case: str) -> None:
    """The bound itself is within the bound."""
    name, limit, language, make = CASES[case]
    told = read(make(limit), language, replace(DEFAULT_LIMITS, **{name: limit}))
    assert T in told.lines
    assert told.is_silent


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("more", [1, 2, 7])
def test_past_the_limit_is_no_silence(case: str, more: int) -> None:
    """A command behind the bound is found all the same, or something says that it may be there."""
    name, limit, language, make = CASES[case]
    told = read(make(limit + more), language, replace(DEFAULT_LIMITS, **{name: limit}))
    assert T in told.lines or not told.is_silent


def test_every_limit_has_a_test() -> None:
    """A limit that is added is tried here, or it is said where else."""
    tried = {name for name, _, _, _ in CASES.values()}
    assert tried | ELSEWHERE.keys() == {field.name for field in fields(Limits)}
    assert not tried & ELSEWHERE.keys()
