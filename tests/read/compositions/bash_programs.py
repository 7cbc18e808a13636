"""Spellings of a whole bash program: how a command is put together, what runs it, and what stands around it."""

from __future__ import annotations

import base64
import gzip
import shlex
from collections.abc import Callable

from tests.read.compositions.bash_words import quoted, word_of
from tests.read.compositions.spelling import Pen, replaced

# `§W` is all words spelled, `§P` the program and `§R` its arguments; `§Q` is the argv as one word that splits
# at spaces, `§B` the same with plain words between commas; `§N` is the program's plain name.
COMMANDS = (
    ("plain", "§W"),
    ("plain-again", "§W"),
    ("command", "command §W"),
    ("exec", "(exec §W)"),
    ("exec-name", "(exec -a kworker §W)"),
    ("builtin", "builtin command §W"),
    ("env", "env §W"),
    ("env-set", "env -u C A=b §W"),
    ("env-split", "env -S §Q"),
    ("nice", "nice -n 5 §W"),
    ("nohup", "nohup §W > /dev/null 2>&1"),
    ("setsid", "setsid -w §W"),
    ("timeout", "timeout -k 1 5 §W"),
    ("stdbuf", "stdbuf -oL §W"),
    ("flock", "flock /tmp/lock §W"),
    ("time", "time §W"),
    ("not", "! §W"),
    ("wrappers", "env nice nohup timeout 9s §W"),
    ("assigned", "A=1 B=2 §W"),
    ("redirected", ">/dev/null 2>&1 §W"),
    ("background", "§W & wait"),
    ("variable", "§a=§Q\n$§a"),
    ("variable-part", "§a=§X\n§P $§a"),
    ("array", "§a=(§W)\n\"${§a[@]}\""),
    ("array-append", "§a=(§P)\n§a+=(§R)\n${§a[@]}"),
    ("array-star", "§a=(§W)\n${§a[*]}"),
    ("array-parts", "§a=(§R)\n§P \"${§a[@]:0:1}\" \"${§a[@]:1}\""),
    ("array-read", "read -ra §a <<< §Q\n\"${§a[@]}\""),
    ("array-mapfile", "mapfile -t §a < <(printf '%s\\n' §W)\n\"${§a[@]}\""),
    ("positional", "set -- §W\n\"$@\""),
    ("positional-star", "set -- §R\n§P $*"),
    ("positional-parts", "set -- §W\n§a=$1; shift; $§a \"$@\""),
    ("braces", "{§B}"),
    ("braces-part", "§P {§C}"),
    ("separator", "IFS=,; §a=§B; $§a; IFS=$' \\t\\n'"),
    ("separator-variable", "§a=§Q; ${§a// /${IFS:0:1}}"),
    ("substitution", "$(echo §Q)"),
    ("substitution-printf", "$(printf '%s ' §W)"),
    ("substitution-program", "$(echo §P) §R"),
    ("backtick", "§a=§Q\n`echo $§a`"),
    ("command-v", "$(command -v §P) §R"),
    ("type-p", "$(type -p §P) §R"),
    ("which", "$(which §P) §R"),
    ("path", "/usr/bin/§N §R"),
    ("path-dots", "/usr/bin/../bin/./§N §R"),
    ("path-variable", "§a=/usr/bin; $§a/§P §R"),
    ("glob", "/usr/bin/§G §R"),
    ("copy", "cp \"$(command -v §N)\" /tmp/§a\n/tmp/§a §R"),
    ("copy-path", "cp /usr/bin/§N /tmp/§a; PATH=/tmp:$PATH; §a §R"),
    ("copy-install", "install -m 755 $(which §N) /tmp/§a && /tmp/§a §R"),
    ("copy-cat", "cat /usr/bin/§N > /tmp/§a; chmod +x /tmp/§a; /tmp/§a §R"),
    ("link", "ln -s \"$(command -v §N)\" /tmp/§a; /tmp/§a §R"),
    ("link-shadow", "mkdir -p /tmp/§b; ln -s /usr/bin/§N /tmp/§b/less; PATH=/tmp/§b:$PATH less §R"),
    ("hash", "hash -p /usr/bin/§N §a; §a §R"),
    ("function", "f§a() { §P \"$@\"; }\nf§a §R"),
    ("function-shadow", "less() { command §P \"$@\"; }; less §R"),
    ("function-argument", "f§a() { local x=$1; shift; \"$x\" \"$@\"; }\nf§a §W"),
    ("function-star", "f§a() { \"$@\"; }; f§a §W"),
    ("function-indirect", "f§a() { §W; }; §b=f§a; $§b"),
    ("alias", "shopt -s expand_aliases\nalias §a=§L\n§a §R"),
    ("alias-whole", "shopt -s expand_aliases\nalias §a=§K\n§a"),
    ("eval", "eval §K"),
    ("eval-words", "eval §Y"),
    ("eval-variable", "§a=§K; eval \"$§a\""),
    ("trap", "trap §K EXIT"),
    ("trap-words", "(trap \"§Z\" EXIT; true)"),
    ("trap-signal", "trap §K USR1; kill -USR1 $$; sleep 0.05"),
    ("trap-err", "trap §K ERR; false; trap - ERR"),
    ("xargs", "printf '%s\\n' §R | xargs §P"),
    ("xargs-whole", "echo §Q | xargs env"),
    ("xargs-each", "echo §U | xargs -I{} §P §H {}"),
    ("xargs-null", "printf '%s\\0' §R | xargs -0 §P"),
    ("xargs-shell", "echo §Q | xargs -I{} sh -c '{}'"),
    ("find", "find /tmp -maxdepth 0 -exec §W \\;"),
    ("find-shell", "find /tmp -maxdepth 0 -exec sh -c §K \\;"),
    ("shell-words", "sh -c '\"$0\" \"$@\"' §W"),
    ("shell-star", "bash -c '$*' x §W"),
    ("process", ": <(§W); sleep 0.05"),
    ("input-process", "cat < <(§W)"),
    ("captured", "§a=$(§W)"),
    ("pipe-into", "§W | cat"),
    ("coproc", "coproc { §W; }; wait"),
    ("select-case", "case §N in \"§N\") §W;; esac"),
    ("for-words", "§a=()\nfor w in §W; do §a+=(\"$w\"); done\n\"${§a[@]}\""),
    ("while-read", "while read -r x; do $x; done <<< §Q"),
    ("read-parts", "read -r §a §b <<< §Q\n$§a $§b"),
    ("heredoc-read", "read -r §a <<E\n§q\nE\n$§a"),
    ("assoc", "declare -A §a=([p]=§P)\n${§a[p]} §R"),
    ("script", "script -qc §K /dev/null < /dev/null > /dev/null"),
    ("prompt", "§a=§Q; ${§a@P}"),
)  # fmt: skip
# What may stand around lines; `§…` is replaced by the lines.
BLOCKS = (
    ("function", "f§a() {\n§…\n}\nf§a"),
    ("function-keyword", "function f§a\n{\n§…\n}\nf§a x y"),
    ("function-subshell", "f§a() (\n§…\n)\nf§a"),
    ("group", "{\n§…\n}"),
    ("subshell", "(\n§…\n)"),
    ("if", "if true; then\n§…\nfi"),
    ("else", "if [ a = b ]; then :; else\n§…\nfi"),
    ("elif", "if false; then :; elif [[ -d /tmp ]]; then\n§…\nfi"),
    ("unknown-if", "if [ \"$(date +%s)\" -gt 5 ]; then\n§…\nfi"),
    ("if-condition", "if\n§…\nthen :; fi"),
    ("for", "for §a in 1; do\n§…\ndone"),
    ("for-count", "for ((§a=0; §a<1; §a++)); do\n§…\ndone"),
    ("while", "while :; do\n§…\nbreak\ndone"),
    ("until", "until false; do\n§…\nbreak\ndone"),
    ("case", "case $((1+1)) in 2)\n§…\n;; *) : ;; esac"),
    ("case-through", "case x in x) : ;& y)\n§…\n;; esac"),
    ("and", "true && {\n§…\n}"),
    ("or", "false || {\n§…\n}"),
    ("background", "{\n§…\n} &\nwait"),
    ("piped", "echo x | {\n§…\n}"),
    ("command-substitution", "echo \"$(\n§…\n)\""),
    ("process-substitution", "cat <(\n§…\n)"),
    ("trap", "f§a() {\n§…\n}\ntrap f§a EXIT"),
    ("nested", "f§a() {\nf§b() {\n§…\n}\nf§b\n}\nf§a"),
    ("callback", "f§a() {\n§…\n}\nf§b() { \"$1\"; }\nf§b f§a"),
    ("exported", "f§a() {\n§…\n}\nexport -f f§a\nbash -c f§a"),
    ("strict", "set -eu\n§…"),
    ("redirected", "{\n§…\n} > /dev/null 2>&1"),
    ("coproc", "coproc {\n§…\n}\nwait"),
    ("while-read", "while read -r §a; do\n§…\ndone <<< x"),
    ("command-not-found", "command_not_found_handle() {\n§…\n}\nqx-§a"),
    ("return", "set -T\nf§a() {\n§…\n}\ntrap f§a RETURN\nf§b() { :; }\nf§b"),
    ("timed", "time {\n§…\n}"),
)  # fmt: skip
# How bash text is run; `§T` is it as one word, `§H` is it raw in a heredoc, `§D` is it in base64, `§Z` gzipped too.
BASH = (
    ("eval", "eval §T"),
    ("eval-variable", "§a=§T; eval \"$§a\""),
    ("bash-c", "bash -c §T"),
    ("bash-c-variable", "§a=§T bash -c 'eval \"$§a\"'"),
    ("bash-lc", "bash --norc -c §T x"),
    ("exec-bash", "(exec bash -c §T)"),
    ("env-bash", "/usr/bin/env bash -c §T"),
    ("herestring", "bash <<< §T"),
    ("heredoc", "bash <<'E§a'\n§H\nE§a"),
    ("heredoc-s", "bash -s -- a b <<\\E§a\n§H\nE§a"),
    ("heredoc-cat", "cat <<'E§a' | bash\n§H\nE§a"),
    ("heredoc-eval", "eval \"$(cat <<'E§a'\n§H\nE§a\n)\""),
    ("heredoc-source", "source /dev/stdin <<'E§a'\n§H\nE§a"),
    ("pipe", "echo §T | bash"),
    ("pipe-printf", "printf '%s\\n' §T | bash -s"),
    ("pipe-tee", "printf '%s' §T | tee /tmp/§a | bash"),
    ("base64", "echo §D | base64 -d | bash"),
    ("base64-herestring", "base64 -d <<< §D | sh"),
    ("base64-source", "source <(echo §D | base64 -d)"),
    ("base64-eval", "eval \"$(base64 -d <<< §D)\""),
    ("base64-process", "bash <(base64 --decode <<< §D)"),
    ("base64-c", "bash -c \"$(echo §D | openssl enc -base64 -d -A)\""),
    ("gzip", "echo §J | base64 -d | gunzip -c | bash"),
    ("xxd", "xxd -r -p <<< §M | bash"),
    ("source", "printf %s §T > /tmp/§a; . /tmp/§a"),
    ("source-process", ". <(printf '%s\\n' §T)"),
    ("file", "cat > /tmp/§a.sh <<'E§b'\n§H\nE§b\nbash /tmp/§a.sh"),
    ("file-mode", "cat <<'E§b' > /tmp/§a\n#!/usr/bin/env bash\n§H\nE§b\nchmod 755 /tmp/§a && /tmp/§a"),
    ("file-path", "printf '#!/bin/bash\\n%s' §T > /tmp/§a; chmod u+x /tmp/§a; cd /tmp; ./§a"),
    ("file-tee", "tee /tmp/§a > /dev/null <<'E§b'\n§H\nE§b\nsh /tmp/§a"),
    ("file-lines", "echo '#!/bin/bash' > /tmp/§a; echo §T >> /tmp/§a; bash /tmp/§a"),
    ("file-mktemp", "§a=$(mktemp); echo §T > \"$§a\"; bash \"$§a\"; rm -f \"$§a\""),
    ("file-base64", "echo §D | base64 -d > /tmp/§a; bash /tmp/§a"),
    ("bash-env", "echo §T > /tmp/§a; BASH_ENV=/tmp/§a bash -c true"),
    ("trap", "trap §T EXIT"),
    ("xargs", "printf '%s\\0' §T | xargs -0 bash -c"),
    ("xargs-file", "printf '%s' §T > /tmp/§a; echo /tmp/§a | xargs -n1 bash"),
    ("find", "echo §T > /tmp/§a.sh; find /tmp -maxdepth 1 -name '§a.sh' -exec bash {} \\;"),
    ("timeout", "timeout 20 bash -c §T"),
    ("nohup", "nohup setsid -w bash -c §T > /dev/null 2>&1"),
    ("mapfile", "mapfile -d '' -t §a < <(printf '%s\\0' §T); eval \"${§a[0]}\""),
    ("function", "f§a() { eval \"$1\"; }; f§a §T"),
    ("python", "python3 -c 'import os, sys; os.system(sys.argv[1])' §T"),
    ("perl", "perl -e 'system(\"bash\", \"-c\", $ARGV[0])' §T"),
)  # fmt: skip
PYTHON = (
    ("python-c", "python3 -c §T"),
    ("python-c-options", "python3 -I -u -c §T x"),
    ("herestring", "python3 <<< §T"),
    ("heredoc", "python3 - <<'E§a'\n§H\nE§a"),
    ("heredoc-plain", "python3 <<\"E§a\"\n§H\nE§a"),
    ("heredoc-cat", "cat <<'E§a' | python3 -\n§H\nE§a"),
    ("pipe", "printf '%s\\n' §T | python3"),
    ("base64", "echo §D | base64 -d | python3"),
    ("base64-c", "python3 -c \"$(echo §D | base64 --decode)\""),
    ("exec", "python3 -c 'import base64; exec(base64.b64decode(\"§O\"))'"),
    ("process", "python3 <(echo §D | base64 -d)"),
    ("file", "cat > /tmp/§a.py <<'E§b'\n§H\nE§b\npython3 /tmp/§a.py"),
    ("file-mode", "printf '#!/usr/bin/env python3\\n%s' §T > /tmp/§a; chmod +x /tmp/§a; /tmp/§a"),
    ("module", "mkdir -p /tmp/§b; echo §T > /tmp/§b/§a.py; cd /tmp/§b && python3 -m §a"),
    ("import", "printf '%s\\n' §T > /tmp/§a.py; PYTHONPATH=/tmp python3 -c 'import §a'"),
    ("argument", "python3 -c 'import sys; exec(sys.argv[1])' §T"),
    ("variable", "§a=§T python3 -c 'import os; exec(os.environ[\"§a\"])'"),
    ("stdin-exec", "printf %s §T | python3 -c 'import sys; exec(sys.stdin.read())'"),
    ("wrapped", "env -i PATH=\"$PATH\" timeout 20 python3 -c §T"),
)  # fmt: skip
_TEXTS: dict[str, Callable[[str], str]] = {
    "§D": lambda text: base64.b64encode(text.encode()).decode(),
    "§J": lambda text: base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode(),
    "§M": lambda text: text.encode().hex(),
    "§T": lambda text: text,
}


def run_argv(pen: Pen, argv: tuple[str, ...], depth: int) -> None:
    """Write lines that start a program, hidden somehow."""
    kind, lines = pen.pick(COMMANDS)
    pen.steps.append(f"bash.command.{kind}")
    (lines,) = pen.named(lines)
    name, text = argv[0], " ".join(argv)
    makers: dict[str, Callable[[], str]] = {
        "§W": lambda: _words(pen, argv, depth),
        "§P": lambda: word_of(pen, name, depth - 1),
        "§R": lambda: _words(pen, argv[1:], depth - 1),
        "§Q": lambda: word_of(pen, text, depth - 1),
        "§X": lambda: word_of(pen, " ".join(argv[1:]), depth - 1),
        "§K": lambda: word_of(pen, shlex.join(argv), depth - 1),
        "§L": lambda: word_of(pen, name, depth - 1),
        "§Y": lambda: _words(pen, tuple(map(shlex.quote, argv)), depth - 1),
        "§U": lambda: word_of(pen, argv[-1], depth - 1),
        "§H": lambda: _words(pen, argv[1:-1], depth - 1),
        "§Z": lambda: shlex.join(argv),
        "§B": lambda: ",".join(map(_bare, argv)),
        "§C": lambda: ",".join(map(_bare, argv[1:])),
        "§G": lambda: f"{name[:-1]}[{name[-1]}{pen.pick(('', '0', '_'))}]",
        "§N": lambda: name,
        "§q": lambda: text,
    }
    _write(pen, lines, makers)


def _words(pen: Pen, words: tuple[str, ...], depth: int) -> str:
    hidden = {pen.draw.randrange(len(words)) for _ in range(2)} if words else set()
    return " ".join(word_of(pen, word, depth) if at in hidden else quoted(pen, word) for at, word in enumerate(words))


def _bare(word: str) -> str:
    return shlex.quote(word)


def run_text(pen: Pen, language: str, text: str, depth: int) -> None:
    """Write lines that run code of a language, its text hidden somehow."""
    kind, lines = pen.pick(BASH if language == "bash" else PYTHON)
    pen.steps.append(f"bash.{language}.{kind}")
    (lines,) = pen.named(lines)
    makers: dict[str, Callable[[], str]] = {
        mark: lambda encode=encode: word_of(pen, encode(text), depth)  # type: ignore[misc]
        for mark, encode in _TEXTS.items()
    }
    makers |= {"§H": lambda: text, "§O": lambda: _TEXTS["§D"](text)}
    _write(pen, lines, makers)


def _write(pen: Pen, lines: str, makers: dict[str, Callable[[], str]]) -> None:
    marks = {mark: make() for mark, make in makers.items() if mark in lines}
    pen.lines += replaced(lines, marks).split("\n")


def enclose(pen: Pen, lines: list[str]) -> list[str]:
    """Put lines inside a block that runs them once."""
    kind, block = pen.pick(BLOCKS)
    pen.steps.append(f"bash.block.{kind}")
    (block,) = pen.named(block)
    result: list[str] = []
    for row in block.split("\n"):
        result += lines if row == "§…" else [row]
    return result
