"""The grammar's trees are those of bash: held against bash's own printer, shfmt and tree-sitter-bash.

No script is run: bash prints what it parsed. Where a parser is known to be wrong, the class is named.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest

from tests.read.shell.parsers import ours, printed, shfmt, tree_sitter
from tests.read.shell.parsers.rows import Row, flat, simple_commands
from tests.read.shell.scripts import TUNNEL, lines

ROOT = Path(__file__).parents[3]
BASH = shutil.which("bash") or ""
pytestmark = pytest.mark.skipif(not BASH, reason="bash is the oracle")


@cache
def scripts() -> tuple[tuple[Path, str, tuple[Row, ...] | None], ...]:
    """Give the shell scripts of the corpus and of the rules' examples with our trees, as bash accepts them."""
    paths = sorted([*(ROOT / "corpus").rglob("*.sh"), *(ROOT / "rulesets").rglob("*.sh")])
    found = []
    for path in paths:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        if printed.accepts(path, BASH):
            found.append((path, text, ours.rows_of(text)))
    assert len(found) > 100
    return tuple(found)


def test_what_bash_accepts_is_read_to_its_end() -> None:
    """No script of the corpus that bash accepts stops our grammar."""
    assert [path.name for path, _, rows in scripts() if rows is None] == []


def test_shfmt_sees_the_same_structure() -> None:
    """Commands, words, redirections, here-documents, lists, compound commands and lines agree with shfmt's."""
    compared = 0
    for path, text, rows in scripts():
        other = shfmt.rows_of(text)
        if other is None or rows is None:
            continue
        compared += 1
        assert flat(rows) == flat(other), path
    assert compared > 0.98 * len(scripts())


def test_bash_itself_understood_the_same() -> None:
    """A script, and the script as bash prints it anew, give the same tree."""
    compared = 0
    for path, text, rows in scripts():
        again = printed.printed(path, BASH)
        other = ours.rows_of(again) if again is not None else None
        if other is None or rows is None:
            assert "<<" in text, path  # the printer forgets a separator after a here-document
            continue
        compared += 1
        assert flat(map(printed.normal, rows)) == flat(map(printed.normal, other)), path
    assert compared > 0.95 * len(scripts())


def test_tree_sitter_sees_the_same_commands() -> None:
    """The words of simple commands agree with tree-sitter-bash's, but for what it is known to misread."""
    same, different = 0, []
    for path, text, rows in scripts():
        theirs = tree_sitter.simple_commands(text)
        if theirs is None or rows is None:
            continue
        if _joined(simple_commands(rows)) == _joined(theirs):
            same += 1
        else:
            different.append(path.name)
    assert same > 0.9 * len(scripts()), different


def _joined(commands: list[tuple[int, tuple[str, ...]]]) -> list[tuple[int, str]]:
    return sorted((line, re.sub(r"\\\n|[\s;]+", "", "".join(words))) for line, words in commands)


@pytest.mark.parametrize(
    "text",
    [
        "{" + TUNNEL.replace(" ", ",") + "}",
        f"cat <<EOF; {TUNNEL}\nssh -R 1:l:2 nobody@host.invalid\nEOF",
        f"cat <<EOF && {TUNNEL}\nssh -R 1:l:2 nobody@host.invalid\nEOF",
        f"cat <<EOF &&\nssh -R 1:l:2 nobody@host.invalid\nEOF\n{TUNNEL}",
        f"cat <<EOF |\nssh -R 1:l:2 nobody@host.invalid\nEOF\ncat; {TUNNEL}",
        f"cat <<A <<B\nssh -R 1:l:2 nobody@host.invalid\nA\nx\nB\n{TUNNEL}",
        f"cat <<A; cat <<'B'; {TUNNEL}\nA\nssh -R 1:l:2 nobody@host.invalid\nB",
        f"cat <<EOF\nEOF \nssh -R 1:l:2 nobody@host.invalid\nEOF\n{TUNNEL}",
        f"cat <<-EOF\n\tssh -R 1:l:2 nobody@host.invalid\n\tEOF\n{TUNNEL}",
        "coproc X { " + TUNNEL + "; }",
        f"coproc X (\n{TUNNEL}\n)",
        f"coproc {TUNNEL}",
        TUNNEL.replace("ssh", "s\0sh").replace("-R", "-\0R"),
        f"echo >&2 words; {TUNNEL} >&2",
        TUNNEL.replace(" -R", " >/dev/null -R"),
        f"f() {{ {TUNNEL}; }} && f",
        f"case $x in @(y|\n x)) {TUNNEL};; esac",
        f"echo ${{(M)parameters:#x}}; echo\n{TUNNEL}",
        f"echo ${{a!b}}\n{TUNNEL}",
        f'x="${{a[1]!}}"\n{TUNNEL}',
        f"echo $'a\\'b'; {TUNNEL}",
        f"echo $((1 # 2))\n{TUNNEL}",
        f"time -p {TUNNEL}",
        f"time\n{TUNNEL}",
        f"! {TUNNEL}",
        f"(({TUNNEL}); true)",
        f"echo `echo \\`{TUNNEL}\\``",
        f"if true; then cat <<EOF; fi; {TUNNEL}\nssh -R 1:l:2 nobody@host.invalid\nEOF",
        f"x=$(cat <<EOF\n)\nEOF\n)\n{TUNNEL}",
        f"for((;;)) {{ {TUNNEL}; break; }}",
        f"[[ $a =~ (b|c d) || $x ]] || {TUNNEL}",
        f"select x in a; do {TUNNEL}; break; done",
        f"function f-1:2 {{ {TUNNEL}; }}; f-1:2",
    ],
)
def test_known_misreadings_of_others(text: str) -> None:
    """Texts that other parsers misread, or refuse: the tunnel is seen, what a here-document mentions is not."""
    found = [line for line in lines(text) if "ssh" in line]
    assert found == [TUNNEL]


def test_the_tests_would_see_a_difference() -> None:
    """The neutral form tells apart what it must."""
    pairs = [
        ("a b", "a; b"),
        ("a | b", "a |& b"),
        ("a && b", "a || b"),
        ("a >x", "a <x"),
        ("a >x", "a 2>x"),
        ("f() { a; }", "g() { a; }"),
        ("cat <<A\nx\nA", "cat <<A\ny\nA"),
        ("( a )", "{ a; }"),
        ("a $b", "a '$b'"),
        ("a &", "a"),
        ("if a; then b; fi", "while a; do b; done"),
        ("a $(b)", "a $(c)"),
        ("case x in a) b;; esac", "case x in a) b;& esac"),
    ]
    for first, second in pairs:
        left, right = ours.rows_of(first), ours.rows_of(second)
        assert left is not None and right is not None
        assert flat(left) != flat(right), first
        assert flat(left) == flat(shfmt.rows_of(first) or ()), first


def test_printing_runs_nothing() -> None:
    """The oracle parses only: a script that would leave a file leaves none."""
    with tempfile.TemporaryDirectory() as folder:
        script, mark = Path(folder, "s.sh"), Path(folder, "mark")
        script.write_text(f"touch {mark}\n", encoding="utf-8")
        assert printed.printed(script, BASH) is not None
        assert printed.accepts(script, BASH)
        assert not mark.exists()


@pytest.mark.parametrize(
    "line", ["base64 -w0", "base64 -d", "xxd -p", "wc -c", "cut -c1-3", "head -c4", "tail -c 2", "openssl enc -base64"]
)
def test_what_counts_letters_knows_nothing_of_an_unknown_part(line: str) -> None:
    """The letter that stands for an unknown part is not encoded, counted or cut as if it were the part."""
    (told,) = [each for each in lines(f'ls "$(printf %s "ab$HOME_OF_X-cd" | {line})"') if each.startswith("ls ")]
    assert told.startswith('ls "%{')
    assert "ab" not in told
