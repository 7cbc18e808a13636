"""What the reading leaves out because its condition is decided is what the real bash leaves out.

Generated conditions, `case`s and options; every `curl` that a bash runs must be an effect. In that bash `curl` is a
function that prints its arguments.
"""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest

from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation

BASH = shutil.which("bash") or ""
pytestmark = pytest.mark.skipif(not BASH, reason="bash is the oracle")
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
TEXTS = "a b ab A a* ? [a-c] 0 1 00 010 10 -1 +5 ! ( ) = == -n -z -f * a=b 08 [ ] - -- [!a] [[:upper:]]".split()
OPERATORS = ["=", "!=", "==", "-eq", "-lt", "-gt", "!", "-n", "-z", "-a", "-o", "'('", "')'", "'<'", "\\>"]
PATTERNS = "a b a* * ? [a-c] '' '*' [!a]* a|b [[:upper:]] 0*".split()
OPTIONS = "-a -b -ab -xfoo -x -- - y -bx -z -ax1 -:".split()
ITEMS = "case $o in a) curl 1;; b) curl 2;; x) curl 3$OPTARG;; :) curl 4;; \\?) curl 5;; *) curl 6;; esac"


class _Maker:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def text(self) -> str:
        return f"'{self.chance.choice([*TEXTS, '', 'x y'])}'"

    def number(self, depth: int) -> str:
        pick = self.chance.choice
        if not depth or self.chance.random() < 0.2:
            return pick(["0", "1", "2", "3", "10", "010", "08", "64", "-1", "999999999", "9223372036854775807"])
        left, right = self.number(depth - 1), self.number(depth - 1)
        return pick([f"({left} {pick('+ - * / <= >= && || == < > != << **'.split())} {right})", f"!{left}", f"-{left}"])

    def condition(self) -> str:
        pick = self.chance.choice
        kind = self.chance.random()
        if kind < 0.5:
            words = [pick([self.text(), pick(OPERATORS)]) for _ in range(pick([1, 2, 3, 3, 3, 4, 5]))]
            return f"[ {' '.join(words)} ]"
        if kind < 0.7:
            right = pick([self.text(), pick(["a*", "?", "[a-c]", "*", "[!a]", "a?", "\\*", "@(a|b)"])])
            return f"[[ {self.text()} {pick(['==', '!=', '=', '-eq', '-lt', '=~', '<', '>'])} {right} ]]"
        return f"(( {self.number(3)} ))" if kind < 0.85 else pick(["true", "false", ":"])

    def script(self) -> str:
        pick = self.chance.choice
        kind = self.chance.random()
        if kind < 0.35:
            return f"if {self.condition()}; then curl 1; else curl 2; fi"
        if kind < 0.6:
            return " ".join([self.condition(), *(f"{pick(['&&', '||'])} curl {number}" for number in (1, 2, 3))])
        if kind < 0.75:
            ends = [pick([";;", ";&", ";;&"]) for _ in range(3)]
            items = " ".join(f"{pick(PATTERNS)}) curl {number}{end}" for number, end in enumerate(ends))
            return f"case {self.text()} in {items} esac"
        options = f"getopts {pick(['abx:', ':abx:', 'ab', 'a:b:', ':x:a', 'x:'])} o"
        given = f"set -- {' '.join(pick(OPTIONS) for _ in range(pick([0, 1, 2, 3, 4])))}\n"
        if self.chance.random() < 0.5:
            return f"{given}while {options}; do {ITEMS}; done"
        between = pick(["", "OPTIND=1;", f"{options};", "OPTIND=2;", "set -- -a -b;"])
        return f"{given}{options}; {ITEMS}; {between} {options}; {ITEMS}"


def ran(script: str) -> set[str] | None:
    """Give what `curl` is called with in bash; None for a text that bash does not accept."""
    if subprocess.run([BASH, "-n", "-c", script], capture_output=True, check=False).returncode:
        return None
    whole = f'curl() {{ echo "$@"; }}\n{script}'
    done = subprocess.run([BASH, "-c", whole], capture_output=True, text=True, check=False, env=ENVIRONMENT)
    return set(done.stdout.split())


def read(script: str) -> set[str]:
    """Give what `curl` is called with as it is read."""
    effects = Evaluation(Script.of(script, Language.BASH)).read_script().effects
    lines = [" ".join(map(str, stage)) for effect in effects for stage in effect.stages]
    return {line.split()[1] for line in lines if line.startswith("curl ")}


@pytest.mark.parametrize("seed", range(6))
def test_nothing_that_bash_runs_is_left_out(seed: int) -> None:
    """Over generated scripts; a word that is not known stands for any."""
    maker = _Maker(seed)
    compared = 0
    for _ in range(60):
        script = maker.script()
        wanted = ran(script)
        if wanted is None:
            continue
        found = read(script)
        compared += 1
        assert wanted <= found or any("%{" in word for word in found), script
    assert compared > 30


@pytest.mark.parametrize(
    "script",
    [
        "[ 1 = 2 ] && curl 1",
        "[ '*' = x ] && curl 1",
        "[ ! 3 -gt 2 ] && curl 1",
        "[[ abc == d* ]] && curl 1",
        "(( 1 == 2 )) && curl 1",
        "false && curl 1",
        "case a in b) curl 1;; esac",
        "set -- -a\nwhile getopts ab o; do case $o in b) curl 1;; esac; done",
    ],
)
def test_what_text_decides_is_left_out(script: str) -> None:
    """Without this, the other test holds of a reading that walks everything."""
    assert read(script) == set()


@pytest.mark.parametrize(
    "script",
    [
        "[ * = x ] && curl 1",
        "[ ~ = /root ] && curl 1",
        "case ~ in /root) curl 1;; esac",
        "[[ n -eq 5 ]] && curl 1",
        "shopt -s nocasematch\n[[ EVIL == evil ]] && curl 1",
        "[[ B > a ]] && curl 1",
        "[ -f x ] && curl 1",
    ],
)
def test_what_the_machine_decides_is_not(script: str) -> None:
    """Names of files, a home, variables, the locale and options that are set elsewhere."""
    assert read(script) == {"1"}
