"""The filters against the programs themselves: for every case that folds, the output is byte for byte theirs.

The cases are our own and harmless; no audited text is run here.
"""

from __future__ import annotations

import shutil
import subprocess

import pytest

from auditor.read.filters import FILTERS, CannotFold, Streams
from auditor.read.filters.streams import bytes_of, text_of

TEXT = "alpha:1:x\nbeta:22:y y\n\ngamma:3:zz\nbeta:22:y y\nDelta 4\tq"
LONG = "The quick brown fox jumps over the lazy dog, again and again, until the line is longer than a terminal.\n"
CASES: tuple[tuple[str, list[str], str], ...] = (
    ("base64", [], LONG),
    ("base64", ["-w", "0"], LONG),
    ("base64", ["-w20"], LONG),
    ("base64", ["-d"], "c3NoIC1SIDE6aDoyIHhAeQo=\n"),
    ("base64", ["--decode", "-i"], "c3No%%IC1S\nIDE6aDoyIHhAeQo="),
    ("base64", ["-d"], "/+8A"),
    ("base32", ["-d"], "ONZWQ===\n"),
    ("base32", [], "abc"),
    ("basenc", ["--base64url", "-d"], "_-8A"),
    ("basenc", ["--base16", "-d"], "737368"),
    ("tr", ["A-Za-z", "N-ZA-Mn-za-m"], TEXT),
    ("tr", ["a-z", "A-Z"], TEXT),
    ("tr", ["[:lower:]", "[:upper:]"], TEXT),
    ("tr", ["-d", "aeiou"], TEXT),
    ("tr", ["-d", "\\n"], TEXT),
    ("tr", ["-cd", "a-z\\n"], TEXT),
    ("tr", ["-s", "a-z"], "aabbcc  dd"),
    ("tr", ["-s", " ", "\\n"], "a  b c"),
    ("tr", ["abc", "x"], "aabbcc"),
    ("tr", ["-c", "a-z", "_"], "a1b2"),
    ("tr", ["\\055\\056", "xy"], "-.-"),
    ("tr", ["[a*3]b", "x-z"], "ab"),
    ("tr", [":", "\\t"], TEXT),
    ("rev", [], TEXT),
    ("tac", [], TEXT + "\n"),
    ("cat", [], TEXT),
    ("head", ["-n", "2"], TEXT),
    ("head", ["-1"], TEXT),
    ("head", ["-c", "5"], TEXT),
    ("head", ["-c5"], TEXT),
    ("tail", ["-n", "2"], TEXT),
    ("tail", ["-n", "+3"], TEXT),
    ("tail", ["-n+2"], TEXT),
    ("tail", ["-c", "4"], TEXT),
    ("tail", ["-c", "+4"], TEXT),
    ("tail", ["-1"], TEXT),
    ("cut", ["-d:", "-f2"], TEXT),
    ("cut", ["-d", ":", "-f", "1,3"], TEXT),
    ("cut", ["-d:", "-f2-"], TEXT),
    ("cut", ["-sd:", "-f1"], TEXT),
    ("cut", ["-c", "2-4"], TEXT),
    ("cut", ["-c1,3"], TEXT),
    ("cut", ["-f1"], TEXT),
    ("cut", ["-d:", "--complement", "-f2"], TEXT),
    ("sort", [], "b\na\nc\n"),
    ("sort", ["-r"], "b\na\nc\n"),
    ("sort", ["-n"], "10\n9\n-1\n"),
    ("sort", ["-u"], "b\na\nb\n"),
    ("sort", ["-t:", "-k2", "-n"], "a:3\nb:1\nc:2\n"),
    ("uniq", [], "a\na\nb\na\n"),
    ("uniq", ["-c"], "a\na\nb\n"),
    ("uniq", ["-d"], "a\na\nb\n"),
    ("wc", ["-l"], TEXT),
    ("wc", ["-c"], TEXT),
    ("wc", ["-w"], TEXT),
    ("paste", ["-s", "-d", ","], "a\nb\nc\n"),
    ("paste", ["-sd", ""], "a\nb\n"),
    ("paste", ["-", "-"], "a\nb\nc\n"),
    ("fold", ["-w", "4"], "abcdefghij\nkl\n"),
    ("nl", [], "a\n\nb\n"),
    ("grep", ["beta"], TEXT),
    ("grep", ["-v", "beta"], TEXT),
    ("grep", ["-o", "[a-z]*:[0-9]"], TEXT),
    ("grep", ["-oE", "[0-9]+"], TEXT),
    ("grep", ["-i", "DELTA"], TEXT),
    ("grep", ["-F", "y y"], TEXT),
    ("grep", ["-c", "b"], TEXT),
    ("grep", ["-E", "^(alpha|gamma)"], TEXT),
    ("grep", ["^b\\|^g"], TEXT),
    ("grep", ["-m1", "b"], TEXT),
    ("grep", ["-x", "gamma:3:zz"], TEXT),
    ("sed", ["s/a/b/"], TEXT),
    ("sed", ["s/a/b/g"], TEXT),
    ("sed", ["s/a/b/2"], TEXT),
    ("sed", ["s|:|/|g"], TEXT),
    ("sed", ["s/\\(.*\\):\\(.*\\):\\(.*\\)/\\3-\\1/"], TEXT),
    ("sed", ["-E", "s/([a-z]+):([0-9]+)/\\2\\1/"], TEXT),
    ("sed", ["s/../\\\\x&/g"], "737368"),
    ("sed", ["s/[^:]*/<&>/"], TEXT),
    ("sed", ["-n", "2p"], TEXT),
    ("sed", ["-n", "$p"], TEXT),
    ("sed", ["-n", "/beta/p"], TEXT),
    ("sed", ["-n", "2,3p"], TEXT),
    ("sed", ["-n", "/alpha/,/gamma/p"], TEXT),
    ("sed", ["1d;$d"], TEXT),
    ("sed", ["/^$/d"], TEXT),
    ("sed", ["2q"], TEXT),
    ("sed", ["1!d"], TEXT),
    ("sed", ["y/abc/xyz/"], TEXT),
    ("sed", ["-e", "s/a/1/", "-e", "s/b/2/"], TEXT),
    ("sed", ["s/x$/!/;s/^/> /"], TEXT),
    ("sed", ["s/A/z/I"], TEXT),
    ("sed", ["1!G;h;$!d"], "a\nb\nc\n"),
    ("sed", ["0~2d"], TEXT),
    ("sed", ["s/:.*//"], TEXT),
    ("sed", ["s/ \\+/ /g"], "a   b"),
    ("sed", ["s,a\\,b,c,"], "a,b"),
    ("sed", ["s/[/]/-/g"], "a/b"),
    ("seq", ["5"], ""),
    ("seq", ["2", "2", "9"], ""),
    ("seq", ["-s", ",", "3"], ""),
    ("seq", ["-w", "8", "11"], ""),
    ("seq", ["3", "-1", "1"], ""),
    ("expr", ["2", "+", "3"], ""),
    ("expr", ["-7", "/", "2"], ""),
    ("expr", ["-7", "%", "2"], ""),
    ("expr", ["length", "abcd"], ""),
    ("expr", ["substr", "abcdef", "2", "3"], ""),
    ("expr", ["abc", ":", "a\\(.\\)"], ""),
    ("basename", ["/a/b.sh", ".sh"], ""),
    ("basename", ["-s", ".c", "x/a.c", "b.c"], ""),
    ("basename", ["/a/b/"], ""),
    ("dirname", ["/a/b/c"], ""),
    ("dirname", ["a"], ""),
    ("dirname", ["/a"], ""),
    ("printf", ["%s-%s\\n", "a", "b", "c"], ""),
    ("printf", ["\\x73\\163\\150%%"], ""),
    ("printf", ["%b", "a\\0101\\n"], ""),
    ("printf", ["%05d|%-5s|%5s|%.2s", "42", "ab", "cd", "xyz"], ""),
    ("printf", ["%x %o %X %c", "255", "8", "255", "word"], ""),
    ("printf", ["%d", "0x10"], ""),
    ("printf", ["%d", "'A"], ""),
    ("printf", ["%*d", "4", "7"], ""),
    ("printf", ["a\\cb"], ""),
    ("printf", ["\\xc3\\xa9"], ""),
    ("printf", ["%.2f", "3.14159"], ""),
    ("awk", ["{print $2}"], "a b c\nd e f\n"),
    ("awk", ["-F:", "{print $2 $1}"], TEXT),
    ("awk", ["-F", ":", "-v", "x=q", "{print x, $1}"], TEXT),
    ("awk", ["NR==2"], TEXT),
    ("awk", ["NR>1 && NF {print NR \":\" $0}"], TEXT),
    ("awk", ["/beta/ {n++} END {print n+0}"], TEXT),
    ("awk", ["BEGIN{printf \"%c%s%d\\n\", 115, \"x\", 7}"], ""),
    ("awk", ["{print $NF}"], "a b c\nd e\n"),
    ("awk", ["{print toupper(substr($0, 2, 3)); print length($0)}"], "abcdef\n"),
    ("awk", ["BEGIN{for(i=1;i<=3;i++) s = s i; print s}"], ""),
    ("awk", ["{ if ($1 > 5) print \"big\"; else print \"small\" }"], "3\n9\n"),
    ("awk", ["{gsub(/a/, \"[&]\"); print}"], "banana\n"),
    ("awk", ["$1 ~ /^b/ {print $1}"], TEXT),
    ("awk", ["{s+=$1} END {print s}"], "1\n2\n3.5\n"),
    ("awk", ["BEGIN{i=3; while(i>0){printf \"%d \", i; i--}}"], ""),
    ("xxd", ["-p"], LONG),
    ("xxd", ["-r", "-p"], "73 73 68\n0a"),
    ("xxd", ["-ps", "-c", "4"], "abcdefgh"),
    ("xxd", ["-r"], "00000000: 7373 6820 2d52                           ssh -R\n"),
    ("gunzip", ["-c"], "\x1f"),
    ("openssl", ["enc", "-d", "-base64", "-A"], "c3NoIC1S"),
    ("openssl", ["base64", "-d"], "c3NoIC1S\n"),
    ("openssl", ["enc", "-base64"], "abc"),
)  # fmt: skip
REFUSED: tuple[tuple[str, list[str], str], ...] = (
    ("sed", ["1e id"], "x"),
    ("sed", ["s/x/id/e"], "x"),
    ("sed", ["w /tmp/f"], "x"),
    ("sed", [":a;N;ba"], "x"),
    ("sed", ["s/\\(a\\)\\1/x/"], "aa"),
    ("grep", ["-E", "(a*)*b"], "aaaa"),
    ("grep", ["-E", "(a|aa)+$"], "aaaa"),
    ("awk", ['BEGIN{system("id")}'], ""),
    ("awk", ['{print | "sh"}'], "x"),
    ("awk", ['BEGIN{"id" | getline x; print x}'], ""),
    ("awk", ["BEGIN{while(1){}}"], ""),
    ("awk", ['{print > "f"}'], "x"),
    ("awk", ["function f(){} BEGIN{f()}"], ""),
    ("openssl", ["enc", "-d", "-aes-256-cbc", "-k", "x", "-base64"], "abc"),
    ("seq", ["1", "100000000"], ""),
    ("printf", ["%99999999s", "x"], ""),
    ("base64", ["-d"], None),
    ("xxd", ["-s", "2", "-p"], "abc"),
    ("gunzip", ["-c"], "nothing"),
)  # type: ignore[assignment]


def _closed(path: str) -> str:
    raise CannotFold(path)


@pytest.mark.parametrize(("program", "arguments", "text"), CASES, ids=lambda value: str(value)[:40])
def test_a_filter_gives_what_its_program_gives(program: str, arguments: list[str], text: str) -> None:
    """Every case folds, to what the program of this machine prints."""
    try:
        folded = FILTERS[program](arguments, Streams(text, _closed))
    except CannotFold:
        folded = None
    if program == "gunzip":
        assert folded is None
        return
    assert folded is not None
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed here")
    environment = {"LC_ALL": "C.UTF-8"}
    run = subprocess.run(
        [path, *arguments], input=bytes_of(text), capture_output=True, timeout=20, env=environment, check=False
    )
    assert folded == text_of(run.stdout)


@pytest.mark.parametrize(("program", "arguments", "text"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_is_not_modelled_is_refused(program: str, arguments: list[str], text: str | None) -> None:
    """Execution, files, ciphers, runaway expressions and endless loops are refused, not guessed."""
    with pytest.raises(CannotFold):
        FILTERS[program](arguments, Streams(text, _closed))
