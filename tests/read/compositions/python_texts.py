# ruff: noqa: E501 (a row of a table is one line)
"""Spellings of a string in Python: encodings, methods, formats, and the ways it can travel through code."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import gzip
import html
import json
import lzma
import quopri
import urllib.parse
import zlib
from collections.abc import Callable

from tests.read.compositions.spelling import Pen, Spelling, fill, suits


def _packed(pack: Callable[[bytes], bytes]) -> Callable[[str], str]:
    return lambda value: base64.b64encode(pack(value.encode())).decode()


def _plain(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _without(*letters: str) -> Callable[[str], bool]:
    return lambda value: not any(letter in value for letter in letters)


def _letters(value: str, offset: int = 0) -> str:
    return repr([ord(letter) + offset for letter in value])


# Each row: kind, expression, lines before, how `§v` is made from the value, which values it fits.
ENCODINGS = (
    Spelling("base64", "__import__('base64').b64decode(§v).decode()", "", _packed(bytes)),
    Spelling("base64-from", "b64decode(§v).decode('utf-8')", "from base64 import b64decode", _packed(bytes)),
    Spelling("urlsafe", "base64.urlsafe_b64decode(§v).decode()", "import base64", lambda v: base64.urlsafe_b64encode(v.encode()).decode()),
    Spelling("base32", "base64.b32decode(§v).decode()", "import base64", lambda v: base64.b32encode(v.encode()).decode(), is_short=True),
    Spelling("base16", "base64.b16decode(§v, True).decode()", "import base64", lambda v: v.encode().hex(), is_short=True),
    Spelling("base85", "str(base64.b85decode(§v), 'utf-8')", "import base64", lambda v: base64.b85encode(v.encode()).decode()),
    Spelling("ascii85", "base64.a85decode(§v).decode()", "import base64", lambda v: base64.a85encode(v.encode()).decode()),
    Spelling("a2b", "binascii.a2b_base64(§v).decode()", "import binascii", _packed(bytes)),
    Spelling("hex", "bytes.fromhex(§v).decode()", "", lambda v: v.encode().hex(), is_short=True),
    Spelling("unhexlify", "§a(§v).decode()", "from binascii import unhexlify as §a", lambda v: v.encode().hex(), is_short=True),
    Spelling("codecs-hex", "codecs.decode(§v, 'hex').decode()", "import codecs", lambda v: v.encode().hex(), is_short=True),
    Spelling("codecs-base64", "codecs.decode(§v.encode(), 'base64').decode()", "import codecs", _packed(bytes)),
    Spelling("rot13", "codecs.decode(§v, 'rot13')", "import codecs", lambda v: codecs.encode(v, "rot13")),
    Spelling("rot13-encode", "codecs.encode(§v, 'rot_13')", "import codecs", lambda v: codecs.encode(v, "rot13")),
    Spelling("zlib", "zlib.decompress(b64decode(§v)).decode()", "import zlib\nfrom base64 import b64decode", _packed(zlib.compress)),
    Spelling("gzip", "gzip.decompress(base64.b64decode(§v)).decode()", "import gzip, base64", _packed(lambda data: gzip.compress(data, mtime=0))),
    Spelling("bz2", "bz2.decompress(base64.b64decode(§v)).decode()", "import bz2, base64", _packed(bz2.compress)),
    Spelling("lzma", "lzma.decompress(base64.b64decode(§v)).decode()", "import lzma, base64", _packed(lzma.compress)),
    Spelling("decompressobj", "(§a.decompress(§b) + §a.flush()).decode()", "import zlib, base64\n§b = base64.b64decode(§v)\n§a = zlib.decompressobj()", _packed(zlib.compress)),
    Spelling("quote", "urllib.parse.unquote(§v)", "import urllib.parse", urllib.parse.quote),
    Spelling("quote-all", "§a(§v)", "from urllib.parse import unquote as §a", lambda v: "".join(f"%{byte:02x}" for byte in v.encode()), is_short=True),
    Spelling("quote-plus", "urllib.parse.unquote_plus(§v)", "import urllib.parse", urllib.parse.quote_plus),
    Spelling("html", "html.unescape(§v)", "import html", html.escape),
    Spelling("html-numbers", "html.unescape(§v)", "import html", lambda v: "".join(f"&#{ord(c)};" for c in v), _plain, True),
    Spelling("unicode-escape", "§v.encode().decode('unicode_escape')", "", lambda v: "".join(f"\\x{ord(c):02x}" for c in v), _plain, True),
    Spelling("quopri", "quopri.decodestring(§v).decode()", "import quopri", lambda v: quopri.encodestring(v.encode()).decode(), _plain),
    Spelling("json", "json.loads(§v)", "import json", json.dumps),
    Spelling("json-key", "json.loads(§v)['k'][0]", "import json", lambda v: json.dumps({"k": [v], "n": 1})),
    Spelling("literal-eval", "ast.literal_eval(§v)", "import ast", repr),
    Spelling("reverse", "§v[::-1]", "", lambda v: v[::-1]),
    Spelling("reversed", "''.join(reversed(§v))", "", lambda v: v[::-1]),
    Spelling("stride", "§v[::2]", "", "#".join),
    Spelling("stride-odd", "§v[1::2]", "", lambda v: "".join("~" + c for c in v)),
    Spelling("stride-back", "§v[::-3]", "", lambda v: "__".join(v)[::-1], lambda v: len(v) > 1),
    Spelling("replace", "§v.replace('~~', '')", "", lambda v: v.replace("o", "~~o").replace("s", "s~~"), _without("~")),
    Spelling("translate", "§v.translate(str.maketrans('¡¶', 'sR'))", "", lambda v: v.replace("s", "¡").replace("R", "¶"), _without("¡", "¶")),
    Spelling("translate-drop", "§v.translate({33: None})", "", "!".join, _without("!")),
    Spelling("sub", "re.sub('[#^]+', '', §v)", "import re", lambda v: v.replace("-", "#-^"), _without("#", "^")),
    Spelling("sub-function", "re.sub('<(.)>', lambda m: m.group(1), §v)", "import re", lambda v: v.replace("s", "<s>"), _without("<", ">")),
    Spelling("strip", "§v.strip('*')", "", lambda v: f"***{v}**", lambda v: not v.startswith("*") and not v.endswith("*")),
    Spelling("slice", "§v[3:-2]", "", lambda v: f"abc{v}de"),
    Spelling("removeprefix", "§v.removeprefix('abc').removesuffix('de')", "", lambda v: f"abc{v}de"),
    Spelling("split", "§v.split('|')[1]", "", lambda v: f"x|{v}|y", _without("|")),
    Spelling("partition", "§v.partition('|')[2]", "", lambda v: f"x|{v}", _without("|")),
    Spelling("splitlines", "''.join(§v.splitlines())", "", lambda v: v.replace(" ", " \n"), lambda v: v.isprintable()),
    Spelling("words", "' '.join(§v.split())", "", lambda v: v.replace(" ", " \t  "), lambda v: v == " ".join(v.split())),
    Spelling("lower", "§v.lower()", "", str.upper, lambda v: v.isascii() and v == v.lower()),
    Spelling("swapcase", "§v.swapcase()", "", str.swapcase, str.isascii),
    Spelling("dedent", "textwrap.dedent(§v)", "import textwrap", lambda v: "    " + v, lambda v: "\n" not in v and v == v.strip()),
    Spelling("nfkc", "unicodedata.normalize('NFKC', §v)", "import unicodedata", lambda v: v.replace("s", "ｓ"), _plain),
    Spelling("expandvars", "os.path.expandvars(§v)", "import os\nos.environ['Q'] = 's'", lambda v: v.replace("s", "${Q}"), _without("$")),
    Spelling("xor", "bytes(b ^ 42 for b in bytes.fromhex(§v)).decode()", "", lambda v: bytes(b ^ 42 for b in v.encode()).hex(), is_short=True),
    Spelling("xor-key", "''.join(chr(a ^ ord(b)) for a, b in zip(base64.b64decode(§v), itertools.cycle('key')))", "import base64, itertools", lambda v: base64.b64encode(bytes(ord(a) ^ ord("key"[i % 3]) for i, a in enumerate(v))).decode(), _plain, True),
    Spelling("caesar", "''.join(chr(ord(c) - 3) for c in §v)", "", lambda v: "".join(chr(ord(c) + 3) for c in v), _plain, True),
    Spelling("uu", "binascii.a2b_uu(§v).decode()", "import binascii", lambda v: binascii.b2a_uu(v.encode()).decode(), lambda v: v.isascii() and len(v) <= 45 and "\n" not in v),
)  # fmt: skip

PIECES = (
    Spelling("concat", "(§1 + §2)"),
    Spelling("concat-three", "(§1 + §2 + §3)"),
    Spelling("join", "''.join([§1, §2, §3])"),
    Spelling("join-tuple", "str().join((§1, §2))"),
    Spelling("percent", "'%s%s' % (§1, §2)"),
    Spelling("percent-names", "'%(x)s%(y)s' % {'x': §1, 'y': §2}"),
    Spelling("format", "'{1}{0}{2}'.format(§2, §1, §3)"),
    Spelling("format-names", "'{x}{y[0]}'.format(x=§1, y=[§2])"),
    Spelling("format-map", "'{x}{y}'.format_map({'x': §1, 'y': §2})"),
    Spelling("fstring", 'f"{§a}{§b}"', "§a = §1\n§b = §2"),
    Spelling("fstring-conversion", 'f"{§a!s}{§b:}"', "§a, §b = §1, §2"),
    Spelling("template", "Template('$x${y}').substitute(x=§1, y=§2)", "from string import Template"),
    Spelling("reduce", "functools.reduce(operator.add, [§1, §2, §3])", "import functools, operator"),
    Spelling("chain", "''.join(itertools.chain([§1], (§2, §3)))", "import itertools"),
    Spelling("accumulate", "list(itertools.accumulate([§1, §2]))[-1]", "import itertools"),
    Spelling("plus-equals", "§a", "§a = §1\n§a += §2"),
    Spelling("list-plus", "''.join(§a)", "§a = [§1]\n§a += [§2]\n§a.append(§3)"),
    Spelling("insert", "''.join(§a)", "§a = [§2]\n§a.insert(0, §1)\n§a.extend((§3,))"),
    Spelling("sorted", "''.join(t for _, t in sorted([(3, §3), (1, §1), (2, §2)]))"),
    Spelling("dict-order", "''.join(§a[k] for k in 'xyz')", "§a = {'y': §2, 'z': §3, 'x': §1}"),
    Spelling("dict-values", "''.join({0: §1, 1: §2}.values())"),
    Spelling("star", "''.join([*(§1, §2), §3])"),
    Spelling("unpacking", "(§a + ''.join(§b))", "§a, *§b = §1, §2, §3"),
    Spelling("swap", "(§a + §b)", "§a, §b = §2, §1\n§a, §b = §b, §a"),
    Spelling("for", "§a", "§a = ''\nfor §b in (§1, §2, §3):\n    §a += §b"),
    Spelling("for-range", "§a", "§c = [§1, §2, §3]\n§a = ''\nfor §b in range(len(§c)):\n    §a = §a + §c[§b]"),
    Spelling("enumerate", "''.join(x if i % 2 else x for i, x in enumerate([§1, §2]))"),
    Spelling("while", "§a", "§b = [§3, §2, §1]\n§a = ''\nwhile §b:\n    §a += §b.pop()"),
    Spelling("while-count", "§a", "§b, §a, §c = 0, '', (§1, §2, §3)\nwhile True:\n    if §b == 3:\n        break\n    §a += §c[§b]\n    §b += 1"),
    Spelling("generator", "''.join(§a())", "def §a():\n    yield §1\n    yield §2\n    yield from [§3]"),
    Spelling("next", "next(§a) + next(§a)", "§a = iter([§1, §2])"),
    Spelling("function", "§a(§1, y=§2)", "def §a(x, y=''):\n    return x + y"),
    Spelling("varargs", "§a(§1, §2, z=§3)", "def §a(*x, **y):\n    return ''.join(x) + y['z']"),
    Spelling("closure", "§a(§1)(§2)", "def §a(x):\n    def §b(y):\n        return x + y\n    return §b"),
    Spelling("nonlocal", "§a()", "def §a():\n    x = §1\n    def y():\n        nonlocal x\n        x += §2\n    y()\n    return x"),
    Spelling("lambda", "(lambda x, y: x + y)(§1, §2)"),
    Spelling("lambda-default", "(lambda x, y=§2: x + y)(§1)"),
    Spelling("partial", "functools.partial('{}{}'.format, §1)(§2)", "import functools"),
    Spelling("class-attributes", "(§a.x + §a().y)", "class §a:\n    x = §1\n    y = §2"),
    Spelling("instance", "§a(§2).z()", "class §a:\n    def __init__(self, y):\n        self.x = §1\n        self.y = y\n    def z(self):\n        return self.x + self.y"),
    Spelling("property", "§a().x", "class §a:\n    @property\n    def x(self):\n        return §1 + self._y\n    _y = §2"),
    Spelling("inherited", "§b().x()", "class §a:\n    t = §1\n    def x(self):\n        return self.t + self.u\nclass §b(§a):\n    u = §2"),
    Spelling("str-magic", "str(§a())", "class §a:\n    def __str__(self):\n        return §1 + §2"),
    Spelling("getattr-magic", "§a().zz", "class §a:\n    def __getattr__(self, name):\n        return §1 + §2"),
    Spelling("getitem-magic", "(§a()[0] + §a()[1])", "class §a:\n    def __getitem__(self, i):\n        return (§1, §2)[i]"),
    Spelling("add-magic", "(§a() + §2)", "class §a:\n    def __add__(self, other):\n        return §1 + other"),
    Spelling("iter-magic", "''.join(§a())", "class §a:\n    def __iter__(self):\n        return iter([§1, §2])"),
    Spelling("dataclass", "§a(§1).z", "from dataclasses import dataclass\n@dataclass\nclass §a:\n    x: str\n    y: str = §2\n    @property\n    def z(self):\n        return self.x + self.y"),
    Spelling("namedtuple", "''.join(§a(§1, y=§2))", "from collections import namedtuple\n§a = namedtuple('T', 'x y')"),
    Spelling("decorator", "§b()", "def §a(f):\n    return lambda: §1 + f()\n@§a\ndef §b():\n    return §2"),
    Spelling("walrus", "((§a := §1) + §2)"),
    Spelling("walrus-used", "(§a + §2)", "if (§a := §1) is not None:\n    pass"),
    Spelling("deque", "''.join(§a)", "from collections import deque\n§a = deque([§2])\n§a.appendleft(§1)"),
    Spelling("stringio", "§a.getvalue()", "import io\n§a = io.StringIO()\n§a.write(§1)\n§a.write(§2)"),
    Spelling("zip", "''.join(a + b for a, b in zip([§1], [§2]))"),
    Spelling("map", "''.join(map(str, [§1, §2, §3]))"),
    Spelling("filter", "''.join(filter(None, [§1, '', §2]))"),
    Spelling("slots", "''.join(§a)", "§a = [''] * 3\n§a[0] = §1\n§a[2] = §3\n§a[1] = §2"),
    Spelling("bytes", "(§1.encode() + §2.encode()).decode()"),
    Spelling("bytearray", "§a.decode()", "§a = bytearray(§1, 'utf-8')\n§a += §2.encode()\n§a.extend(§3.encode())"),
    Spelling("recursion", "§a([§1, §2, §3])", "def §a(x):\n    return x[0] + §a(x[1:]) if x else ''"),
)  # fmt: skip

CARRIERS = (
    Spelling("name", "§a", "§a = §v"),
    Spelling("chained", "§b", "§a = §b = §v"),
    Spelling("list", "[§v, 'x'][0]"),
    Spelling("negative", "('x', §v)[-1]"),
    Spelling("dict", "{'k': §v}['k']"),
    Spelling("dict-get", "§a.get('q', §v)", "§a = {}"),
    Spelling("dict-nested", "§a['x'][0]['y']", "§a = {'x': [{'y': §v}]}"),
    Spelling("dict-set", "§a['p']", "§a = dict(o=1)\n§a['p'] = §v"),
    Spelling("dict-pop", "§a.pop('p')", "§a = {**{'p': §v}}"),
    Spelling("setdefault", "{}.setdefault('k', §v)"),
    Spelling("conditional", "(§v if 1 < 2 else 'x')"),
    Spelling("or", "('' or §v)"),
    Spelling("and", "(1 and §v)"),
    Spelling("if", "§a", "if len('ab') == 2:\n    §a = §v\nelse:\n    §a = 'x'"),
    Spelling("match", "§a", "match ('k', 2):\n    case ('k', _):\n        §a = §v\n    case _:\n        §a = ''"),
    Spelling("try", "§a", "try:\n    §a = {}['x']\nexcept KeyError:\n    §a = §v"),
    Spelling("raised", "§a", "try:\n    raise ValueError(§v)\nexcept ValueError as e:\n    §a = e.args[0]"),
    Spelling("finally", "§a", "try:\n    §b = 1\nfinally:\n    §a = §v"),
    Spelling("with", "§a", "import contextlib\n@contextlib.contextmanager\ndef §b():\n    yield §v\nwith §b() as §a:\n    pass"),
    Spelling("enter", "§a", "class §b:\n    def __enter__(self):\n        return §v\n    def __exit__(self, *x):\n        pass\nwith §b() as §a:\n    pass"),
    Spelling("default", "§a()", "def §a(x=§v):\n    return x"),
    Spelling("defaults", "§a.__defaults__[0]", "def §a(x=§v):\n    pass"),
    Spelling("doc", "§a.__doc__", "def §a():\n    pass\n§a.__doc__ = §v"),
    Spelling("function-attribute", "§a.x", "def §a():\n    pass\n§a.x = §v"),
    Spelling("type", "type('T', (), {'x': §v}).x"),
    Spelling("setattr", "§a.x", "class §a:\n    pass\nsetattr(§a, 'x', §v)"),
    Spelling("vars", "vars(§a)['x']", "class §a:\n    x = §v"),
    Spelling("globals", "globals()['§a']", "globals()['§a'] = §v"),
    Spelling("namespace", "§a.x", "from types import SimpleNamespace\n§a = SimpleNamespace(x=§v)"),
    Spelling("enum", "§a.X.value", "import enum\nclass §a(enum.Enum):\n    X = §v"),
    Spelling("environ", "os.environ['§a']", "import os\nos.environ['§a'] = §v"),
    Spelling("getenv", "os.getenv('§a')", "import os\nos.environ.update({'§a': §v})"),
    Spelling("lambda-now", "(lambda: §v)()"),
    Spelling("comprehension", "[x for x in (§v,)][0]"),
    Spelling("set", "{§v}.pop()"),
    Spelling("max", "max([§v], key=len)"),
    Spelling("itemgetter", "operator.itemgetter(1)(('', §v))", "import operator"),
    Spelling("methodcaller", "operator.methodcaller('strip')(§v)", "import operator", fits=lambda v: v == v.strip()),
    Spelling("cached", "§a()", "import functools\n@functools.lru_cache(None)\ndef §a():\n    return §v"),
    Spelling("wraps", "§b()", "import functools\ndef §a(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        return f(*a, **k)\n    return inner\n@§a\ndef §b():\n    return §v"),
    Spelling("staticmethod", "§a.x()", "class §a:\n    @staticmethod\n    def x():\n        return §v"),
    Spelling("classmethod", "§a.x()", "class §a:\n    t = §v\n    @classmethod\n    def x(cls):\n        return cls.t"),
    Spelling("call-magic", "§a()()", "class §a:\n    def __call__(self):\n        return §v"),
    Spelling("global", "§a", "§a = ''\ndef §b():\n    global §a\n    §a = §v\n§b()"),
    Spelling("send", "§b.send(§v)", "def §a():\n    x = yield\n    yield x\n§b = §a()\nnext(§b)"),
    Spelling("queue", "§a.get()", "import queue\n§a = queue.Queue()\n§a.put(§v)"),
    Spelling("chainmap", "ChainMap({}, {'x': §v})['x']", "from collections import ChainMap"),
    Spelling("eval", "eval(§v)", "", repr),
    Spelling("str", "str(§v)"),
    Spelling("memory", "bytes(memoryview(§v.encode())).decode()"),
    Spelling("path", "str(Path(§v))", "from pathlib import Path", fits=lambda v: v.isalnum()),
    Spelling("config", "§a['s']['k']", "import configparser\n§a = configparser.ConfigParser(interpolation=None)\n§a.read_string('[s]\\nk = ' + §v + '\\n')", fits=lambda v: v == v.strip() and v.isprintable() and not v.startswith(("#", ";", "["))),
    Spelling("file", "open('/tmp/§b').read()", "with open('/tmp/§b', 'w') as §a:\n    §a.write(§v)", fits=_without("\r")),
    Spelling("path-file", "§a.read_text()", "from pathlib import Path\n§a = Path('/tmp') / '§b'\n§a.write_text(§v)", fits=_without("\r")),
    Spelling("starargs", "(lambda *x: x[0])(*[§v])"),
    Spelling("kwargs", "(lambda **x: x['k'])(**{'k': §v})"),
    Spelling("argument", "§a(x=§v)", "def §a(*, x):\n    if not x:\n        return ''\n    return x"),
)  # fmt: skip

LETTERS = (
    Spelling("chr-map", "''.join(map(chr, ast.literal_eval(§v)))", "import ast", _letters, is_short=True),
    Spelling("chr-eval", "''.join(chr(c) for c in eval(§v))", "", _letters, is_short=True),
    Spelling("bytes-json", "bytes(json.loads(§v)).decode()", "import json", _letters, str.isascii, True),
    Spelling("numbers", "''.join(chr(int(c, 16)) for c in §v.split())", "", lambda v: " ".join(f"{ord(c):x}" for c in v), is_short=True),
    Spelling("offsets", "''.join(chr(int(c) // 3 - 1) for c in §v.split(','))", "", lambda v: ",".join(str(3 * (ord(c) + 1)) for c in v), is_short=True),
    Spelling("to-bytes", "int(§v).to_bytes(999, 'big').lstrip(b'\\0').decode()", "", lambda v: str(int.from_bytes(v.encode(), "big")), lambda v: 0 < len(v) < 500),
    Spelling("loop-chr", "§a", "§a = ''\nfor §b in bytes.fromhex(§v):\n    §a += chr(§b - 1)", lambda v: bytes(b + 1 for b in v.encode()).hex(), str.isascii, True),
    Spelling("struct", "struct.pack('%dB' % len(§a), *§a).decode()", "import struct, json\n§a = json.loads(§v)", _letters, str.isascii, True),
)  # fmt: skip


def _kinds(group: str, spellings: tuple[Spelling, ...]) -> tuple[Spelling, ...]:
    return tuple(
        Spelling(f"python.{group}.{row.kind}", row.said, row.before, row.encode, row.fits, row.is_short)
        for row in spellings
    )


GROUPS = (
    _kinds("encoding", ENCODINGS),
    _kinds("pieces", PIECES),
    _kinds("carrier", CARRIERS),
    _kinds("letters", LETTERS),
)


def text_of(pen: Pen, value: str, depth: int) -> str:
    """Give an expression whose value is a string, hidden `depth` times at most; adds the lines that it needs."""
    if depth <= 0:
        return literal(pen, value)
    for _ in range(4):
        spelling = pen.pick(pen.pick(GROUPS))
        if suits(spelling, value):
            return fill(pen, spelling, value, depth, text_of)
    return literal(pen, value)


def literal(pen: Pen, value: str) -> str:
    """Give a literal: as Python writes it, cut in adjacent parts, or with its letters escaped."""
    style = pen.draw.randrange(6)
    if style == 0 and 1 < len(value) < 200:
        pen.steps.append("python.literal.adjacent")
        return "(" + " ".join(map(repr, pen.cut(value, 3))) + ")"
    if style == 1 and 0 < len(value) < 200 and value.isascii():
        pen.steps.append("python.literal.escaped")
        return '"' + "".join(f"\\x{ord(c):02x}" if c.isalpha() else f"\\{ord(c):03o}" for c in value) + '"'
    return repr(value)
