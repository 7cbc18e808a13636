"""The real bash is the oracle: whole texts for the grammar, generated words for the expansions.

What runs are words of our own generation, given to `printf` by a bash with an empty environment.
"""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.model.place import START, Place
from auditor.model.unit import Language, Script, Unit
from auditor.read.evaluation import Context, Evaluation
from auditor.read.shell import read_shell
from auditor.read.shell.grammar import read_program
from auditor.read.values import Known, known_text

BASH = shutil.which("bash") or ""
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
pytestmark = pytest.mark.skipif(not BASH, reason="bash is the oracle")

SETUP = (
    "shopt -s extglob; set -f\n"
    "u='a b  c'; v=xx.ssh.yy/zz; w=q; e=ABCdef; n=3; s='a:b::c'; p=v\n"
    "arr=(a 'b c' dd/c); declare -A map=([k]=kv ['q r']=qv); declare -n ref=v\n"
    "set -- one 'two  three' four\n"
)
NAMES = st.sampled_from(["u", "v", "w", "e", "n", "s"])
PLAIN = st.sampled_from(["a", "x", "7", "-N", ".", "/", "x.y", ":", "%", "+", "=", "@", "_", "é"])
PATTERNS = st.lists(
    st.sampled_from(["*", "?", "[a-c]", "[!x]", "a", ".", "s", '"*"', "\\*", "[[:digit:]]", "@(a|b)", "+(s)"]),
    min_size=1,
    max_size=3,
).map("".join)
NUMBERS = st.recursive(
    st.sampled_from(["1", "7", "0x1f", "010", "16#ff", "n", "2#101"]),
    lambda inner: st.tuples(
        inner, st.sampled_from(["+", "-", "*", "<<", "&", "|", "^", "==", "<", "&&", "||"]), inner
    ).map(lambda row: f"({''.join(row)})"),
    max_leaves=5,
)
PARAMETERS = st.one_of(
    NAMES.map(lambda name: "${" + name + "}"),
    NAMES.map(lambda name: "${#" + name + "}"),
    st.tuples(NAMES, st.sampled_from([":-", "-", ":+", "+"]), PLAIN).map(lambda row: "${" + "".join(row) + "}"),
    st.tuples(NAMES, st.sampled_from(["#", "##", "%", "%%"]), PATTERNS).map(lambda row: "${" + "".join(row) + "}"),
    st.tuples(NAMES, st.sampled_from(["/", "//", "/#", "/%"]), PATTERNS, PLAIN).map(
        lambda row: "${" + row[0] + row[1] + row[2] + "/" + row[3].replace("/", "") + "}"
    ),
    st.tuples(NAMES, st.sampled_from(["^", "^^", ",", ",,", "@U", "@L", "@u", "@E"])).map(
        lambda row: "${" + "".join(row) + "}"
    ),
    st.tuples(NAMES, st.sampled_from(["0", "1", " -2", "n"]), st.sampled_from(["", ":1", ":0"])).map(
        lambda row: "${" + row[0] + ":" + row[1] + row[2] + "}"
    ),
    st.sampled_from(
        ["${!p}", "${arr[1]}", "${arr[@]}", '"${arr[@]}"', '"${arr[*]}"', "${#arr[@]}", "${arr[-1]}", "${arr[@]:1}",
         "$@", '"$@"', '"$*"', "$1", "${@:2}", "$#", "${map[k]}", "${map[q r]}", "${ref}", "${!arr[@]}"]
    ),
    NUMBERS.map(lambda text: f"$(({text}))"),
    st.sampled_from(["$(echo a  b)", "`echo 'x  y'`", '"$(printf "%s\\n" q)"', "$(echo -e 'a\\tb')"]),
)  # fmt: skip
PIECES = st.one_of(
    PLAIN,
    PARAMETERS,
    st.sampled_from(
        ["'a b'", "'*'", '"$u z"', "$'\\x41\\t'", "$'\\101'", "{1..3}", "{c..a}", "{a,b}", "{01..3}", "\\ "]
    ),
)
WORDS = st.lists(st.lists(PIECES, min_size=1, max_size=4).map("".join), min_size=1, max_size=3).map(" ".join)
SEPARATORS = st.sampled_from(["", "", "IFS=:; ", "IFS=', '; ", "IFS=X; "])


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(SEPARATORS, WORDS)
def test_expansions_are_those_of_bash(separator: str, words: str) -> None:
    """Where bash gives fields, ours are known and the same."""
    text = f"{SETUP}{separator}printf '<%s>' {words}"
    done = subprocess.run([BASH, "-c", text, "bash"], capture_output=True, env=ENVIRONMENT, timeout=20, check=False)
    if done.stderr:
        return
    evaluation = Evaluation(Script.of(text, Language.BASH))
    unit = Unit(0, Language.BASH, text, parent=0, span=START)
    outcome = read_shell(evaluation, unit, Context(place=Place(0, START)), (Known("bash"),))
    assert known_text(outcome.stdout) == done.stdout.decode("utf-8", "replace"), words


TEXTS = [
    "a && b || c; d & e", "if a; then b; elif c; then d; else e; fi > f", "for x; do y; done",
    "for x in a b\ndo y; done",
    "for ((i=0;i<3;i++)) { a; }", "case x in a|b) c;; (d) e;& *) f; esac", "f() { a; } > x", "function g ( b )",
    "select x in a; do b; done", "until a; do b; done", "! a | b", "time -p a", "coproc X { d; }", "a |& b",
    "[[ -n $x && ( $y == a* || ! $z =~ ^(a|b c)$ ) ]]", "((a<b)) && ((c))", "( (a) )", "((a); (b))",
    "a <<E | b\n$x\nE", "a <<-E\n\tx\n\tE", "a <<'E' <<F\nE\nF\n", "$(case x in a) b;; esac)", "$(# it's\na)",
    "x=(a [2]=b $(c)) y+=z", "declare -A m=([a b]=c)", 'echo "${a:-"b}"}"', "echo ${a#\"}\"}", "echo ${a//\\//x}",
    "{fd}>x a 3<&- &>y", "echo `a \\`b\\``", "a # b ' c", "a\\\nb", "echo $((1+(2)))", "echo $((a) | b)",
    "a >(b) <(c)", "echo @(a|b)", "x[1+2]=3", "cat <<E\nunfinished", "{ssh,-N}", "a;b;", "", "#", "${ a; }",
    # and what bash refuses
    "if", "if a; fi", "for", "case x in", "a )", "( a", "{ a;", "a &&", "| a", "a | | b",
    "a ;; b", "fi", "do", "'", '"',
    "$(", "`", "${a", "f() a", "a <", "((", "[[ a", "a & ; b", "function", "esac", "a >|", "<<", "}", "then",
]  # fmt: skip


@pytest.mark.parametrize("text", [text for text in TEXTS if text != "${ a; }"])
def test_the_grammar_accepts_what_bash_accepts(text: str) -> None:
    shopt = "shopt -s extglob\n" if "@(" in text else ""
    flags = ["-O", "extglob"] if shopt else []
    done = subprocess.run([BASH, *flags, "-n"], input=text.encode(), capture_output=True, env=ENVIRONMENT, check=False)
    assert (read_program(text).problem is None) == (done.returncode == 0), done.stderr
