# ruff: noqa: E501 (tokens stand side by side)
"""Random texts for the readers: seeds that are mutated and spliced, and tokens of each language thrown together.

Takes a `random.Random`, gives text; nothing here is ever executed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

from auditor.model.unit import Language
from tests.read.compositions.composing import HARMFUL, TWINS, compose

SEEDS = Path(__file__).parent / "seeds"
TARGETS = (
    Language.PYTHON,
    Language.BASH,
    Language.DOCKERFILE,
    Language.NOTEBOOK,
    Language.COMPOSE,
    Language.WORKFLOW,
    Language.MANIFEST,
    Language.MAKEFILE,
    Language.SYSTEMD,
    Language.CRONTAB,
    Language.SSH_CONFIG,
    Language.JAVASCRIPT,
    Language.TYPESCRIPT,
    Language.TERRAFORM,
    Language.MARKDOWN,
    Language.DATA,
    Language.PERL,
    Language.RUBY,
    Language.PHP,
    Language.LUA,
    Language.AWK,
)
_PYTHON = (
    "import os\n|from x import *\n|os.system(|subprocess.run([|)|]|(|[|{|}|'a'|\"b\"|f\"{x}\"|b'\\xff'|1|0x10|1e400|x|y|"
    " = | += |:|\n|\n    |\n\n|def f(a, *b, c=1, **d):\n    |class A(B):\n    |return |yield |await |lambda x: |if |else:|"
    "elif |for x in |while |try:\n    |except E as e:\n    |finally:\n    |with a as b:\n    |match x:\n    case _:\n        |"
    "exec(|eval(|getattr(|__import__(|globals()|.join(|.format(|.decode()|[::-1]|%| + | * |**| << | if | else | and | not "
    "|@f\n|:=|...|~|-|base64.b64decode(|chr(|range(|map(|zip(|#|\\|\\\n|\t|;|é|ｓ|\x00|\ufeff|print |async |*a|**k|del |global x\n"
).split("|")
_BASH = (
    "ssh |bash -c |eval |$x|${x|}|${x:-|${x//a/b}|${x[@]}|${!x}|$(|)|`|$((|))|(|{|}| \n|\n|;|;;|&|&&|\x7c|\x7c\x7c|<|>|>>|<<E\n|E\n|<<<"
    " |<(|'|\"|\\|$'\\x41'|*|?|[a-z]|{a,b}|{1..9}|~|#|!|if |then |else |fi\n|for x in |do |done\n|while |case x in |esac\n|"
    "function f |f() {|x=|x+=|x=(|declare -A |local |export |read x |mapfile -t a |set -- |shift|trap |alias a=|IFS=|"
    "printf %s |echo -e |base64 -d|xxd -r -p|rev|tr a b|sed s/a/b/|awk '{print}'|cut -c1|xargs |find . -exec |env |sudo |"
    "nohup |timeout 5 |python3 -c |[[ |]]|=~|==|a|b|1|0|-R |--|é|\x00|\r|\t|$@|$*|$#|$?|coproc |exec 3<>/dev/tcp/h/1\n"
).split("|")
_YAML = (
    "\n|\n  |\n    |- |: |a|jobs:|steps:|run: |services:|command: |args: |[|]|{|}|\"|'|!!|&a |*a|<<: *a|\x7c\n|>\n|#|---\n|"
    "image: |uses: |containers:|spec:|kind: Pod|?|,|ssh |$x|${{ x }}|\t|é|\x00|1|null|~|%"
).split("|")
_LINES = (
    "\n|RUN |FROM |CMD [|ENTRYPOINT |ARG a=|ENV a |COPY |\\\n|<<E\n|E\n|a:|\t|$(shell |$(x)|define x\n|endef\n|include |@|-|"
    'ExecStart=|[Service]\n|* * * * * |@reboot |Host *\n|RemoteForward |ProxyCommand |%h|"|\'|[|]|{|}|"cells": |"source": |'
    ",|:|ssh |bash |$x|#|é|\x00|;|&|\x7c"
).split("|")
_JAVASCRIPT = (
    "require('child_process')|.exec(|.spawn(|('|')|`${|}`|`|(|)|[|]|{|}|=>|, |;\n|\n|const |let |var |function |async |await |"
    "yield |*|class A extends B {|static #x = |get |set |super(|this.|new |?.|??|!|...|x|y|1|0x1f|1n|/x/g|\"a\"|'b'|\\u{73}|\\x73|"
    "eval(|Function(|atob(|Buffer.from(|'base64'|.toString(|String.fromCharCode(|.map(|.reduce(|.join(|.split(|for (|of |in |"
    "while (|if (|else |switch (|case |default: |try {|catch (e) {|finally {|throw |return |import |export |from |=|+=|**|>>>|"
    "typeof |delete |void |label:|break |continue |Proxy(|Reflect.apply(|Symbol.iterator|globalThis[|process.argv|fetch(|net.connect(|"
    "é|\x00|\ufeff|//|/*|*/|<a>|: string|as any|enum E {|<T>|interface |@d |namespace N {|satisfies |#!"
).split("|")
_HCL = (
    'resource "aws_instance" "a" {\n|}\n|{|}|[|]|(|)|=|,|"|\n|${|%{|<<E\n|<<-E\n|E\n|var.|local.|count = |for_each = |for k, v in |'
    '=>|...|?|:|if |dynamic |provisioner "local-exec" {\n|command = |inline = [|join(|templatefile(|base64encode(|jsonencode(|'
    '1|true|null|#|//|/*|*/|x|.|*|!|==|&&|-|é|\x00|\\|module "m" {\n|variable "v" {\n|default = |locals {\n|user_data = '
).split("|")
_MARKDOWN = (
    "```bash\n|```\n|~~~\n|```python\n|```{.js}\n|> |- |# |`|\n|    |\t|$ |>>> |...|ls\n|import os\n|ssh |<pre>|\r\n|```console\n|"
    "````\n|é|\x00|```dockerfile\n|RUN ls\n|```make\n|```ts\n|```hcl\n"
).split("|")
_DATA = (
    '{|}|[|]|"|:|,|\n|=|serverAddr|serverPort|[[proxies]]\n|remotePort|authtoken:|tunnels:|tunnel: |ingress:|[client]\n|remote_addr|'
    '[client.services.a]\n|"pools"|"url"|"user"|//|#|é|\x00|1e999|x|\\|\\ud800| '
).split("|")
_SCRIPTING = (
    "system(|exec |`|qx(|q{|qw(|%w[|)|}|]|(|{|[|'|\"|$x|@x|%x|$_|.|..|,|;|\n|=|=>|->|->new(|#{x}|${x}|@{x}|<<E\n|E\n|=begin\n|=end\n|"
    "eval |require 'socket'|use |IO::Socket::INET|TCPSocket.new(|fsockopen(|os.execute(|io.popen(|popen(|/inet/tcp/0/h/1|pack(|unpack(|"
    "join(|map {|reverse |chr(|ord(|sub f {|def f(a)|end\n|do |if |unless |while (|for |foreach |return |my (|local |function |$ARGV[0]|"
    "@ARGV|arg[1]|$_GET['x']|base64_decode(|decode_base64(|<?php |?>|//|#|--[[|]]|~|=~|m{|s/a/b/|tr/a/b/|y|1|0x1|é|\x00|\\|&|\x7c|BEGIN {"
).split("|")
TOKENS: dict[Language, list[str]] = {
    Language.PYTHON: _PYTHON,
    Language.BASH: _BASH,
    Language.COMPOSE: _YAML,
    Language.WORKFLOW: _YAML,
    Language.MANIFEST: _YAML,
    Language.JAVASCRIPT: _JAVASCRIPT,
    Language.TYPESCRIPT: _JAVASCRIPT,
    Language.TERRAFORM: _HCL,
    Language.MARKDOWN: _MARKDOWN,
    Language.DATA: _DATA,
    **dict.fromkeys((Language.PERL, Language.RUBY, Language.PHP, Language.LUA, Language.AWK), _SCRIPTING),
}


_SHORT = 400


@cache
def seeds(language: Language) -> tuple[str, ...]:
    """Give the seed texts of a language, by the ending of their names; there is at least one."""
    found = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob(f"*.{language.value}"))]
    assert found, f"no seeds for {language}"
    return tuple(found)


def text(draw: random.Random, language: Language, *, is_short: bool = False) -> str:
    """Make a text: a seed that is mutated, a composition that is, or tokens; a short one of a few lines."""
    kind = draw.randrange(10)
    if kind < 3:
        tokens = TOKENS.get(language, _LINES)
        return "".join(draw.choice(tokens) for _ in range(draw.randrange(1, 20 if is_short else 80)))
    if kind < 5 and language in (Language.PYTHON, Language.BASH):
        source = compose(draw, draw.choice(HARMFUL + TWINS), language.value).text
    else:
        source = draw.choice(seeds(language))
    if is_short:
        lines = source.split("\n")
        start = draw.randrange(len(lines))
        source = "\n".join(lines[start : start + 4])[:_SHORT]
    return mutated(draw, source, language)


def mutated(draw: random.Random, source: str, language: Language) -> str:
    """Change a text in a few places."""
    for _ in range(draw.choice((1, 1, 2, 3, 6))):
        source = draw.choice(_MUTATIONS)(draw, source, language)[:20_000]
    return source


def _place(draw: random.Random, source: str) -> int:
    return draw.randrange(len(source) + 1)


def _delete(draw: random.Random, source: str, language: Language) -> str:
    start = _place(draw, source)
    return source[:start] + source[start + draw.randrange(1, 20) :]


def _insert(draw: random.Random, source: str, language: Language) -> str:
    start = _place(draw, source)
    return source[:start] + draw.choice(TOKENS.get(language, _LINES)) + source[start:]


def _repeat(draw: random.Random, source: str, language: Language) -> str:
    start = _place(draw, source)
    piece = source[start : start + draw.randrange(1, 40)]
    return source[:start] + piece * draw.choice((2, 3, 10, 200)) + source[start:]


def _replace(draw: random.Random, source: str, language: Language) -> str:
    start = _place(draw, source)
    return source[:start] + chr(draw.choice((0, 10, 34, 39, 40, 92, 123, 0xE9, 0xFF53, 0x10FFFF))) + source[start + 1 :]


def _splice(draw: random.Random, source: str, language: Language) -> str:
    other = draw.choice(seeds(language))
    return source[: _place(draw, source)] + other[_place(draw, other) :]


def _swap_lines(draw: random.Random, source: str, language: Language) -> str:
    lines = source.split("\n")
    first, second = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return "\n".join(lines)


def _cut(draw: random.Random, source: str, language: Language) -> str:
    return source[: _place(draw, source)]


_MUTATIONS: tuple[Callable[[random.Random, str, Language], str], ...] = (
    _delete, _insert, _repeat, _replace, _splice, _swap_lines, _cut,
)  # fmt: skip
