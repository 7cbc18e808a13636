# ruff: noqa: E501 (a row of a table is one line)
"""Spellings of one word in bash: quotes, expansions, substitutions, and pipelines that decode it."""

from __future__ import annotations

import base64
import codecs
import gzip
import shlex
from collections.abc import Callable

from tests.read.compositions.spelling import LONG, Pen, Spelling, fill, suits


def _plain(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _safe(value: str) -> bool:
    """Say whether a word needs no quotes, so that patterns and braces mean nothing in it."""
    return bool(value) and shlex.quote(value) == value


def _lines_end(value: str) -> bool:
    return not value.endswith("\n") and "\x00" not in value


def _rot13(value: str) -> str:
    return codecs.encode(value, "rot13")


def _b64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def _hexed(value: str) -> str:
    return value.encode().hex()


def _cased(value: str) -> bool:
    return value.isascii() and value == value.lower()


def _escaped(template: str) -> Callable[[str], str]:
    return lambda value: "".join(template.format(ord(letter)) for letter in value)


# `§v` is always one word: quoted, or an expansion in quotes.
WORDS = (
    Spelling("variable", '"$§a"', "§a=§v"),
    Spelling("braced", '"${§a}"', "§a=§v"),
    Spelling("two", '"$§a$§b"', "§a=§1; §b=§2"),
    Spelling("two-braced", '"${§a}""${§b}"', "§a=§1\n§b=§2"),
    Spelling("append", '"$§a"', "§a=§1\n§a+=§2"),
    Spelling("local", '"$§b"', "f§a() { local x=§v; §b=$x; }; f§a"),
    Spelling("export", '"$§a"', "export §a=§v"),
    Spelling("declare", '"$§a"', "declare -r §a=§v"),
    Spelling("default", '"${§a:-$§b}"', "§b=§v"),
    Spelling("default-text", "${§a-§v}", fits=_safe),
    Spelling("assign-default", '"$§a"', ': ${§a:=§v}', fits=_safe),
    Spelling("alternate", '"${§a:+$§b}"', "§a=1; §b=§v"),
    Spelling("substring", '"${§a:3:${#§a}-5}"', "§a=§v", lambda v: f"abc{v}de"),
    Spelling("substring-from", '"${§a:3}"', "§a=§v", lambda v: f"abc{v}"),
    Spelling("substring-end", '"${§a:0: -2}"', "§a=§v", lambda v: f"{v}de"),
    Spelling("prefix", '"${§a#abc}"', "§a=§v", lambda v: f"abc{v}"),
    Spelling("prefix-pattern", '"${§a#*%}"', "§a=§v", lambda v: f"abc%{v}"),
    Spelling("suffix", '"${§a%de}"', "§a=§v", lambda v: f"{v}de"),
    Spelling("suffix-long", '"${§a%%+*}"', "§a=§v", lambda v: f"{v}+x+y", lambda v: "+" not in v),
    Spelling("replace-all", '"${§a//^/}"', "§a=§v", lambda v: v.replace("s", "^s").replace("o", "o^^"), lambda v: "^" not in v),
    Spelling("replace-one", '"${§a/^/s}"', "§a=§v", lambda v: v.replace("s", "^", 1), lambda v: "s" in v and "^" not in v),
    Spelling("replace-class", '"${§a//[^[:print:]]/}"', "§a=§v", lambda v: v.replace("s", "\x01s"), _plain),
    Spelling("lower", '"${§a,,}"', "§a=§v", str.upper, _cased),
    Spelling("lower-declared", '"$§a"', "declare -l §a=§v", str.upper, _cased),
    Spelling("lower-at", '"${§a@L}"', "§a=§v", str.upper, _cased),
    Spelling("upper", '"${§a^^}"', "§a=§v", str.lower, lambda v: v.isascii() and v == v.upper()),
    Spelling("first-lower", '"${§a,}"', "§a=§v", lambda v: v[:1].upper() + v[1:], lambda v: v.isascii() and v[:1] == v[:1].lower()),
    Spelling("indirect", '"${!§b}"', "§a=§v; §b=§a"),
    Spelling("nameref", '"$§b"', "§a=§v; declare -n §b=§a"),
    Spelling("expanded", '"${§a@E}"', "§a=§v", _escaped("\\x{:02x}"), _plain, True),
    Spelling("array", '"${§a[1]}"', "§a=(x §v y)"),
    Spelling("array-last", '"${§a[-1]}"', "§a=(x); §a+=(§v)"),
    Spelling("array-set", '"${§a[7]}"', "§a[7]=§v"),
    Spelling("array-slice", '"${§a[@]:1:1}"', "§a=(x §v y)"),
    Spelling("array-printf", "\"$(printf %s \"${§a[@]}\")\"", "§a=(§1 §2 §3)", fits=_lines_end),
    Spelling("associative", '"${§a[k]}"', "declare -A §a=([k]=§v [l]=x)"),
    Spelling("associative-set", '"${§a["a b"]}"', "declare -A §a; §a[a b]=§v"),
    Spelling("associative-key", '"${!§a[@]}"', "declare -A §a=([§v]=1)", fits=_safe),
    Spelling("printf-variable", '"$§a"', "printf -v §a %s §v"),
    Spelling("printf-variable-two", '"$§a"', "printf -v §a '%s%s' §1 §2"),
    Spelling("printf", '"$(printf %s §v)"', fits=_lines_end),
    Spelling("printf-pieces", "\"$(printf '%s' §1 §2 §3)\"", fits=_lines_end),
    Spelling("printf-b", "\"$(printf '%b' §v)\"", "", _escaped("\\x{:02x}"), _plain, True),
    Spelling("printf-octal", "\"$(printf §v)\"", "", _escaped("\\{:03o}"), _plain, True),
    Spelling("printf-quoted", "\"$(eval echo $(printf %q §v))\"", fits=_safe),
    Spelling("echo", '"$(echo §v)"', fits=lambda v: _lines_end(v) and not v.startswith("-") and "\\" not in v),
    Spelling("echo-e", '"$(echo -e §v)"', "", _escaped("\\x{:02x}"), _plain, True),
    Spelling("echo-octal", '"$(echo -ne §v)"', "", _escaped("\\0{:03o}"), _plain, True),
    Spelling("backtick", '"$§a"', "§b=§v\n§a=`echo \"$§b\"`", fits=_safe),
    Spelling("cat-herestring", '"$(cat <<< §v)"', fits=_lines_end),
    Spelling("read", '"$§a"', "read -r §a <<< §v", fits=_safe),
    Spelling("read-fields", '"$§b"', "IFS=, read -r §a §b §c <<< §v", lambda v: f"x,{v},y", lambda v: _safe(v) and "," not in v),
    Spelling("read-array", '"${§a[1]}"', "IFS=% read -ra §a <<< §v", lambda v: f"x%{v}%y", lambda v: _safe(v) and "%" not in v),
    Spelling("read-delimiter", '"$§a"', "IFS= read -r -d '' §a < <(printf '%s\\0' §v)", fits=_lines_end),
    Spelling("mapfile", '"${§a[1]}"', "mapfile -t §a < <(printf '%s\\n' x §v)", fits=_safe),
    Spelling("function", '"$(f§a)"', "f§a() { printf %s §v; }", fits=_lines_end),
    Spelling("function-argument", '"$(f§a x §v)"', 'f§a() { printf %s "$2"; }', fits=_lines_end),
    Spelling("function-result", '"$§b"', "f§a() { printf -v \"$1\" %s \"$2\"; }; f§a §b §v"),
    Spelling("positional", '"$§a"', "set -- x §v; §a=$2"),
    Spelling("shift", '"$§a"', "set -- x §v; shift; §a=$1"),
    Spelling("eval-assign", '"$§a"', "§b=§v; eval \"§a=\\$§b\""),
    Spelling("for", '"$§a"', "§a=; for x in §1 §2 §3; do §a+=$x; done"),
    Spelling("for-count", '"$§a"', "§b=(§1 §2 §3); §a=; for ((i=0; i<3; i++)); do §a=$§a${§b[i]}; done"),
    Spelling("while-read", '"$§a"', "§a=; while read -r x; do §a+=$x; done < <(printf '%s\\n' §1 §2)", fits=_safe),
    Spelling("while-shift", '"$§a"', "set -- §1 §2 §3; §a=; while [ $# -gt 0 ]; do §a=\"$§a$1\"; shift; done"),
    Spelling("until", '"$§a"', "§b=(§1 §2); §a=; i=0; until ((i == 2)); do §a+=${§b[i]}; ((i += 1)); done"),
    Spelling("case", '"$§a"', "case abc in x*) §a=x;; a*c) §a=§v;; esac"),
    Spelling("if", '"$§a"', "if [[ abc == a* ]]; then §a=§v; else §a=x; fi"),
    Spelling("and", '"$§a"', "[ -n x ] && §a=§v"),
    Spelling("group", '"$§a"', "{ §a=§v; }"),
    Spelling("chars", '"$§a"', "§b=§v; §a=; for ((i=${#§b}-1; i>=0; i--)); do §a+=${§b:i:1}; done", lambda v: v[::-1]),
    Spelling("rev", '"$(rev <<< §v)"', "", lambda v: v[::-1], lambda v: _plain(v) and bool(v)),
    Spelling("rev-pipe", "\"$(printf '%s\\n' §v | rev)\"", "", lambda v: v[::-1], _plain),
    Spelling("tr", "\"$(printf %s §v | tr 'A-Za-z' 'N-ZA-Mn-za-m')\"", "", _rot13, _lines_end),
    Spelling("tr-herestring", "\"$(tr a-zA-Z n-za-mN-ZA-M <<< §v)\"", "", _rot13, _lines_end),
    Spelling("tr-delete", '"$(printf %s §v | tr -d @)"', "", lambda v: v.replace("-", "@-"), lambda v: "@" not in v and _lines_end(v)),
    Spelling("tr-case", '"$(tr A-Z a-z <<< §v)"', "", str.upper, lambda v: _cased(v) and _lines_end(v)),
    Spelling("sed", "\"$(sed 's/~//g' <<< §v)\"", "", lambda v: v.replace("s", "~s"), lambda v: "~" not in v and _lines_end(v)),
    Spelling("sed-group", "\"$(echo §v | sed -E 's/^x(.*)y$/\\1/')\"", "", lambda v: f"x{v}y", lambda v: _plain(v) and "\\" not in v),
    Spelling("sed-transliterate", "\"$(printf '%s\\n' §v | sed 'y/!?/sR/')\"", "", lambda v: v.replace("s", "!").replace("R", "?"), lambda v: _lines_end(v) and not set("!?") & set(v)),
    Spelling("awk", "\"$(awk '{print $2}' <<< §v)\"", "", lambda v: f"x {v} y", _safe),
    Spelling("awk-separator", "\"$(echo §v | awk -F% '{print $2}')\"", "", lambda v: f"x%{v}%y", lambda v: _plain(v) and "%" not in v and "\\" not in v),
    Spelling("awk-begin", "\"$(awk -v x=§v 'BEGIN{printf \"%s\", x}')\"", fits=lambda v: _plain(v) and "\\" not in v),
    Spelling("awk-substr", "\"$(awk '{print substr($0, 3)}' <<< §v)\"", "", lambda v: f"xy{v}", _plain),
    Spelling("cut", '"$(cut -d% -f2 <<< §v)"', "", lambda v: f"x%{v}%y", lambda v: _plain(v) and "%" not in v),
    Spelling("cut-chars", '"$(echo §v | cut -c3-)"', "", lambda v: f"xy{v}", lambda v: _plain(v) and "\\" not in v),
    Spelling("head", "\"$(printf '%s\\n' §v x y | head -1)\"", fits=_plain),
    Spelling("head-bytes", '"$(printf %s §v | head -c -2)"', "", lambda v: f"{v}xy", lambda v: v.isascii() and _lines_end(v)),
    Spelling("tail", "\"$(printf '%s\\n' x §v | tail -n 1)\"", fits=_plain),
    Spelling("grep", "\"$(printf '%s\\n' §v '@@@' | grep -v '^@@@$')\"", fits=_plain),
    Spelling("sort", "\"$(printf '%s\\n' zzzz §v | sort | head -n1)\"", fits=lambda v: _safe(v) and v[:1].isdigit()),
    Spelling("base64", '"$(echo §v | base64 -d)"', "", _b64, _lines_end),
    Spelling("base64-long", '"$(base64 --decode <<< §v)"', "", _b64, _lines_end),
    Spelling("openssl", '"$(echo §v | openssl base64 -d -A)"', "", _b64, _lines_end),
    Spelling("base32", '"$(base32 -d <<< §v)"', "", lambda v: base64.b32encode(v.encode()).decode(), _lines_end, True),
    Spelling("gzip", '"$(echo §v | base64 -d | gunzip)"', "", lambda v: base64.b64encode(gzip.compress(v.encode(), mtime=0)).decode(), _lines_end),
    Spelling("zcat", '"$(base64 -d <<< §v | zcat)"', "", lambda v: base64.b64encode(gzip.compress(v.encode(), mtime=0)).decode(), _lines_end),
    Spelling("xxd", '"$(xxd -r -p <<< §v)"', "", _hexed, _lines_end, True),
    Spelling("xxd-pipe", '"$(echo §v | xxd -r -p)"', "", _hexed, _lines_end, True),
    Spelling("sed-hex", "\"$(printf \"$(sed 's/../\\\\x&/g' <<< §v)\")\"", "", _hexed, _plain, True),
    Spelling("perl", "\"$(perl -e 'print pack \"H*\", shift' §v)\"", "", _hexed, _lines_end, True),
    Spelling("python", "\"$(python3 -c 'import sys; print(sys.argv[1][::-1], end=\"\")' §v)\"", "", lambda v: v[::-1], _lines_end),
    Spelling("tee", '"$(cat /tmp/§a)"', "printf %s §v > /tmp/§a", fits=_lines_end),
    Spelling("file-read", '"$(< /tmp/§a)"', "echo §v | tee /tmp/§a > /dev/null", fits=lambda v: _lines_end(v) and not v.startswith("-") and "\\" not in v),
    Spelling("subshell", '"$(§a=§v; printf %s "$§a")"', fits=_lines_end),
    Spelling("environment", "\"$(X=§v bash -c 'printf %s \"$X\"')\"", fits=_lines_end),
    Spelling("bash-argument", "\"$(bash -c 'printf %s \"$1\"' x §v)\"", fits=_lines_end),
    Spelling("dirname", '"$(basename §v)"', "", lambda v: f"/a/b/{v}", lambda v: _safe(v) and "/" not in v),
    Spelling("xargs", '"$(echo §v | xargs)"', fits=_safe),
    Spelling("join-tr", "\"$(printf '%s\\n' §1 §2 | tr -d '\\n')\"", fits=_plain),
)  # fmt: skip
_KINDS = tuple(
    Spelling(f"bash.word.{row.kind}", row.said, row.before, row.encode, row.fits, row.is_short) for row in WORDS
)


def word_of(pen: Pen, value: str, depth: int) -> str:
    """Give text that expands to one word, hidden `depth` times at most; adds the lines that it needs."""
    if depth <= 0:
        return quoted(pen, value)
    for _ in range(4):
        spelling = pen.pick(_KINDS)
        if value and suits(spelling, value):
            return fill(pen, spelling, value, depth, word_of)
    return quoted(pen, value)


def quoted(pen: Pen, value: str) -> str:
    """Give a literal: quoted plainly, in parts, with backslashes, or as escapes."""
    style = pen.draw.randrange(10)
    is_small = 0 < len(value) < LONG and value.isascii()
    if style == 0 and is_small:
        pen.steps.append("bash.quote.hex")
        return "$'" + "".join(f"\\x{ord(c):02x}" for c in value) + "'"
    if style == 1 and is_small:
        pen.steps.append("bash.quote.octal")
        return "$'" + "".join(f"\\{ord(c):03o}" for c in value) + "'"
    if style == 2 and is_small and len(value) > 1:
        pen.steps.append("bash.quote.parts")
        marks = [shlex.quote, lambda piece: f"''{shlex.quote(piece)}", _double]
        return "".join(pen.pick(marks)(piece) for piece in pen.cut(value, 3))
    if style == 3 and is_small and "\n" not in value:
        pen.steps.append("bash.quote.backslash")
        return "".join(f"\\{letter}" for letter in value)
    return shlex.quote(value)


def _double(value: str) -> str:
    for letter in '\\"$`':
        value = value.replace(letter, "\\" + letter)
    return f'"{value}"' if "!" not in value else shlex.quote(value)
