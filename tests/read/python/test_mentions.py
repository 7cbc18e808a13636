"""What code mentions is told alike from CPython's tree and from libcst's; the cheap one decides what is evaluated."""

from __future__ import annotations

import libcst as cst
import pytest

from auditor.read.python.mentions import mentions_in, mentions_of
from tests.corpus import samples

PIECES = (
    "import os, a.b.c as d\nfrom x.y import z as w, v\nfrom . import local\nfrom ..up import other\n",
    "from os import *\n",
    "def f(a, /, b=g(1), *c, d: int = 2, **e) -> T:\n    global h\n    o = lambda i, *j: i.k(l=m)\n    return n\n",
    "async def f():\n    async with a.b() as c, d:\n        await e\n    async for x in y:\n        yield z\n",
    "class A(B, metaclass=C):\n    x: D = E\n    @F.g\n    def h(self): del self.i, j[k:l]\n",
    "try:\n    a\nexcept (B, c.D) as e:\n    raise F from g\nelse:\n    h\nfinally:\n    i\n",
    "match a:\n    case B(c, d=e):\n        pass\n    case [f, *g]:\n        pass\n"
    "    case {h.i: j, **k}:\n        pass\n    case l as m:\n        pass\n",
    "print(f'{a.b!r:>{c}} {d(e)}', *g, **h)\n[i for j in k if l]\n(m := n)\no if p else q\n",
    "ｓubprocess.ｒun(ⅷ)\n",
    "'os.system'\nb'eval'\nx = 'exec' 'compile'\n",
    "while a < b <= c: d @= e; assert f, g\n",
)

CONSTANTS = {"None", "True", "False"}


@pytest.mark.parametrize("text", [*PIECES, *(one.file.read_text() for one in samples() if one.language == "python")])
def test_both_trees_mention_the_same(text: str) -> None:
    """No name is lost by taking CPython's parser, which is what runs the script."""
    cheap = mentions_in(text)
    whole = mentions_of([cst.parse_module(text)])
    assert cheap is not None
    assert whole.names - CONSTANTS <= cheap.names
    assert whole.attributes <= cheap.attributes
    assert whole.modules <= cheap.modules
    assert whole.star_modules == cheap.star_modules


def test_text_that_does_not_parse_mentions_nothing_known() -> None:
    """What CPython refuses is left to the tolerant parser."""
    assert mentions_in("print 'x'\n") is None
    assert mentions_in("x = '\x00'\n") is None
