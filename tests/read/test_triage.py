"""Triage is sound: what it clears has no effect and no gap, and nothing hostile stays cleared."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest
import yaml

from auditor.intake import take_bytes
from auditor.model.reading import Reading
from auditor.model.surroundings import NOTHING, Reach, Surroundings
from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation
from auditor.read.triage import cleared
from auditor.settings import DEFAULT_LIMITS, shipped_rulesets
from tests.corpus import samples

ORDINARY = {
    "classes": '''"""Shapes."""
from __future__ import annotations
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

class Shape(ABC):
    @abstractmethod
    def area(self) -> float: ...

@dataclass
class Circle(Shape):
    radius: float
    tags: list[str] = field(default_factory=list)
    def __repr__(self): return f"<{self.__class__.__name__} {self.radius:.2f}>"
    def area(self): return math.pi * self.radius ** 2

if __name__ == "__main__":
    print(max((Circle(r) for r in range(5)), key=lambda one: one.area()))
''',
    "tools": """import argparse, csv, json, os, random, re, sys, time
from collections import Counter, defaultdict
from datetime import datetime, timedelta
parser = argparse.ArgumentParser()
parser.add_argument("--count", type=int, default=3)
args = parser.parse_args()
words = Counter(re.findall(r"\\w+", sys.stdin.read().lower()))
with open("data/input.csv", "r") as handle:
    rows = list(csv.DictReader(handle))
time.sleep(0.5)
print(os.path.join("a", "b"), json.dumps(words.most_common(args.count)), getattr(rows, "count", None))
sys.exit(0)
""",
    "training": """import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        return F.relu(self.fc(x))

model = Net()
model.eval()
with torch.no_grad():
    print(np.mean(model(torch.ones(1, 4)).cpu().numpy()))
""",
}

HOSTILE = (
    "import os; os.system('id')",
    "import os as math; math.system('id')",
    "from os import system as area; area('id')",
    "import os.path as p; p.os.system('id')",
    "import random; random._os.system('id')",
    "from random import _os as q; q.system('id')",
    "import enum; enum.bltns.exec('1')",
    "from enum import bltns as b; b.eval('1')",
    "import sys; sys.modules['os'].system('id')",
    "s = __import__('sys')",
    "import importlib; importlib.import_module('os')",
    "().__class__.__base__.__subclasses__()",
    "(lambda: 0).__globals__['__builtins__']['eval']('1')",
    "print.__self__.eval('1')",
    "getattr(print, '__self' + '__')",
    "getattr(print, '__self__')",
    "import logging; getattr(*[logging, 'os'], 'x')",
    "import logging; getattr(logging, *['os'])",
    "import functools, logging; functools.wraps(logging)(type('W', (), {'__dict__': {}})())",
    "import functools; functools.update_wrapper(print, print, ('os',), ())",
    "import functools; functools.wraps(print, updated=())",
    "import contextlib\nclass R(contextlib.redirect_stdout): _stream = 'modules'",
    "import multiprocessing; multiprocessing.Queue()._writer.send_bytes(b'x')",
    "import asyncio; asyncio.Lock()._loop",
    "import sympy; sympy.sympify('1')",
    "from sympy.parsing.sympy_parser import parse_expr",
    "from torch.utils.collect_env import run",
    "from flask import Flask; Flask('x').run(debug=True)",
    "import jsonpickle; jsonpickle.decode('{}')",
    "import builtins as b",
    "__builtins__.eval('1')",
    "e = eval",
    "[f] = [exec]; f('1')",
    "globals()['x']",
    "vars()['x']",
    "locals()",
    "open('/etc/cron.d/x', 'w')",
    "open('notes.txt', 'w')",
    "open('/etc/shadow')",
    "open('../.ssh/id_rsa')",
    "o = open",
    "open(*['x', 'w'])",
    "open('a', **{'mode': 'w'})",
    "open(file='a')",
    "file('x', 'w')",
    "import operator; operator.attrgetter('x')",
    "from operator import methodcaller",
    "import string; string.Formatter().get_field('0', (1,), {})",
    "import typing; typing.get_type_hints(print)",
    "from functools import singledispatch",
    "import types; types.FunctionType",
    "match 1:\n    case object(real=x): pass",
    "import subprocess",
    "from . import os",
    "from helpers import subprocess",
    "import helpers; helpers.os.system('id')",
    "import requests",
    "from paramiko import *",
    "import shutil",
    "import sqlite3",
    "import six.moves",
    "from os import *",
    "import socket",
    "import requests as re",
    "import time; time.sleep(86400)",
    "from time import sleep; sleep(86400)",
    "import numpy as np; np.load('x')",
    "import torch; torch.load('x')",
    "import torch.hub",
    "import pandas as pd; pd.read_pickle('x')",
    "import pandas as pd; pd.DataFrame().eval('1')",
    "from pathlib import Path; Path('x').write_text('y')",
    "from pathlib import Path; Path('x').rename('y')",
    "import logging; logging.FileHandler('x')",
    "import logging; logging.basicConfig(filename='x')",
    "class A:\n    def __reduce__(self): return 1",
    "class A:\n    def __getattribute__(self, n): return 1",
    "class A: __match_args__ = ('a',)",
    "\uff45val('1')",
    "x = 1 # \u202e",
    "x = '\u200b'",
    "x = 1\x0c",
    "x = 1\rimport os",
    "breakpoint()",
    "x = (",
    "print 'x'",
    "async def f():\n    import asyncio\n    await asyncio.create_subprocess_shell('id')",
    "import asyncio; asyncio.subprocess",
    "import io; io.open('x', 'w')",
    "import json; json.codecs.open('x', 'w')",
    "import multiprocessing; multiprocessing.util",
    "import urllib.request",
    "import urllib; urllib.request.urlopen('x')",
    "import time\ndef f(): return time\nf().x",
    "x = f'{__import__(\"os\")}'",
    "x = f'{(lambda: eval)()}'",
    "@exec\ndef f(): pass",
    "class M(type): pass\nclass A(metaclass=M, b=exec): pass",
    "def f(a=__loader__): pass",
    "global __builtins__\n__builtins__",
    "import os as x, sys as y\nz = [x]",
    "from os import path, getcwd, popen",
    "try:\n    pass\nexcept eval: pass",
)


def reading(text: str, language: Language = Language.PYTHON, surroundings: Surroundings = NOTHING) -> Reading | None:
    """Give what triage says of a text."""
    return cleared(Script.of(text, language), DEFAULT_LIMITS, surroundings)


def whole(script: Script) -> Reading:
    """Read a script without triage."""
    return Evaluation(script, DEFAULT_LIMITS).read_script()


@cache
def own_scripts() -> tuple[Script, ...]:
    """Every script of the corpus, and every example of the rules."""
    files = [sample.file for sample in samples()]
    files += [path for path in shipped_rulesets().rglob("*") if path.suffix in (".py", ".sh")]
    return tuple(take_bytes(path.read_bytes(), str(path), origin="file").script for path in files)


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_scripts_are_cleared(name: str) -> None:
    """Without this, the other tests hold of a triage that clears nothing."""
    found = reading(ORDINARY[name])
    assert found is not None
    assert found.is_cleared
    assert whole(Script.of(ORDINARY[name], Language.PYTHON)).effects == ()


@pytest.mark.parametrize("line", HOSTILE)
@pytest.mark.parametrize("name", ORDINARY)
def test_a_hostile_line_is_never_cleared(name: str, line: str) -> None:
    """Alone, in front, behind, and inside a function of a script that is cleared."""
    inside = "\n\ndef hidden():\n" + "".join(f"    {part}\n" for part in line.split("\n"))
    for text in (line, f"{ORDINARY[name]}\n{line}\n", ORDINARY[name] + inside):
        assert reading(text) is None


def test_random_places_for_hostile_lines() -> None:
    """Wherever a statement may stand in a script that is cleared, a hostile one undoes it."""
    chance = random.Random(7)
    singles = [
        line for line in HOSTILE if "\n" not in line and "\r" not in line and not line.startswith(("@", "from ."))
    ]
    for text in ORDINARY.values():
        lines = text.split("\n")
        starts = [number for number, line in enumerate(lines) if line and line[0].isalpha() and number > 3]
        for _ in range(60):
            place = chance.choice(starts)
            assert reading("\n".join([*lines[:place], chance.choice(singles), *lines[place:]])) is None


def test_our_own_scripts_read_the_same() -> None:
    """What is cleared of the corpus and of the rules' examples has no effect, gap or inner code (bash: no gap)."""
    for script in own_scripts():
        if cleared(script, DEFAULT_LIMITS, NOTHING) is None:
            continue
        found = whole(script)
        assert found.gaps == (), script.path
        assert len(found.units) == 1, script.path
        assert found.effects == () or script.language is Language.BASH, script.path


def test_nothing_denied_is_cleared() -> None:
    """Of the corpus, no script that the policy holds back."""
    by_path = {str(sample.file): sample for sample in samples()}
    for script in own_scripts():
        sample = by_path.get(script.path)
        if sample is not None and sample.verdict != "allow":
            assert cleared(script, DEFAULT_LIMITS, NOTHING) is None, script.path


def test_the_hidden_commands_are_not_cleared() -> None:
    """Every spelling of a command that the interpreter recovers."""
    found = yaml.safe_load((Path(__file__).parent / "python" / "hidden_commands.yaml").read_text(encoding="utf-8"))
    texts = [text for text in _texts(found) if "\n" in text or "(" in text]
    assert len(texts) > 50
    for text in texts:
        if whole(Script.of(text, Language.PYTHON)).effects:
            assert reading(text) is None, text


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def test_unknown_modules_are_nobody_s_to_read() -> None:
    """Where no file can be meant, the interpreter finds nothing in them either."""
    beside = Surroundings(files=(("helpers.py", "import os"),))
    for text in (
        "import helpers\nhelpers.go()\n",
        "from helpers import go\ngo()\n",
        "from . import thing\nthing.go()\n",
    ):
        assert whole(Script.of(text, Language.PYTHON)).effects == ()
        assert reading(text) is not None
        assert reading(text, surroundings=beside) is None
        assert reading(text, surroundings=Surroundings(reach=Reach.ANY)) is None


def test_a_library_may_be_a_file_of_the_session() -> None:
    """A file beside the script can stand in the place of a library, not of a module of Python's own."""
    beside = Surroundings(files=(("numpy.py", "import os"),))
    assert reading("import numpy\n", surroundings=beside) is None
    assert reading("import numpy\n", surroundings=Surroundings(reach=Reach.FOLDER, folder="/x")) is None
    assert reading("import math\n", surroundings=beside) is not None
    assert reading("open('id_rsa')\n", surroundings=Surroundings(directory="/home/u/.ssh")) is None


@pytest.mark.parametrize(
    "text",
    ["echo hello", "cd src && ls -la\npwd", "# what is here\nls -l 'a b' \"c d\" # all\n\ntrue; echo done;\n"],
)
def test_plain_shell_is_cleared(text: str) -> None:
    """Literal words of harmless commands."""
    assert reading(text, Language.BASH) is not None


@pytest.mark.parametrize(
    "text",
    [
        "echo $(id)",
        "echo `id`",
        'echo "$(id)"',
        "echo hi > x",
        "echo x | sh",
        "ls & id",
        "ls; id",
        "ls\nid",
        "e\\cho x",
        "echo 'a\nid",
        "echo $X",
        "cd ~/.ssh",
        "echo {a,b}",
        "echo *",
        "X=1 ls",
        "echo() { id; }",
        "alias ls=id",
        "ls <(id)",
        "echo a\\\nid",
        "echo x #\nid",
        "l's' x",
        "true && curl x",
        "! id",
        "echo a;id",
        "ls \u00a0",
        'echo "a\\"; id"',
        'echo "!x"',
        "ls|id",
        "lsx",
        "echo a\x0bid",
        "echo a\rid",
        "if true; then id; fi",
        "echo 'a'b$(id)",
    ],
)
def test_other_shell_is_not_cleared(text: str) -> None:
    """Anything that expands, redirects, joins or names another command."""
    assert reading(text, Language.BASH) is None


def test_shell_clearing_is_linear() -> None:
    """Hostile repetitions cost no more than their length."""
    for piece in ("echo a ", "ls;", "ls&&", "\n", "# ", "'a' ", "echo 'a' # b\n", ";", "a"):
        assert reading("echo " + piece * 3_000 + "\x01", Language.BASH) is None
