"""Hostile and broken texts: bounded, never silent about what was left, never a crash."""

from __future__ import annotations

import time

import pytest

from auditor.model.gap import Why
from auditor.settings import Limits
from tests.read.javascript.readings import TUNNEL, lines_of, read

HOSTILE = {
    "brackets": "eval(" + "(" * 50_000,
    "closed brackets": "eval(" + "[" * 50_000 + "]" * 50_000 + ")",
    "minus": "eval(" + "-" * 20_000 + "1)",
    "members": "process" + ".a" * 50_000,
    "calls": "process" + "()" * 20_000,
    "plus": 'eval("a"' + '+"a"' * 20_000 + ")",
    "arrows": "eval;" + "x=>" * 20_000 + "x",
    "templates": "eval(" + "`${" * 5_000,
    "ternaries": "eval(" + "a?" * 5_000 + "1" + ":1" * 5_000 + ")",
    "blocks": "eval;" + "{" * 20_000 + "}" * 20_000,
    "else if": "eval;" + "if (a) b(); else " * 5_000 + "c()",
    "doubling": "let s = 'xxxxxxxx';" + "s += s;" * 60 + "eval(s)",
    "repeat": "eval('x'.repeat(1e9))",
    "pad": "eval('x'.padStart(1e12))",
    "array": "eval(Array(1e9).fill('x').join(''))",
    "endless": "while (true) { eval('1') }",
    "endless for": "for (;;) { process.exit }",
    "counting": "let i = 0; while (i < 1e9) { i++ } eval(i)",
    "recursion": "function f(x) { return f(x + 1) + f(x + 2) } eval(f(1))",
    "mutual recursion": "const a = () => b(), b = () => a(); process.on('x', a)",
    "eval of itself": "const c = 'eval(c)'; eval(c)",
    "Function of itself": "const c = 'new Function(c)()'; globalThis.c = c; new Function(c)()",
    "cyclic object": "const a = {}; a.a = a; eval(JSON.stringify(a)); eval(a + '')",
    "cyclic array": "const a = []; a.push(a); eval(a.join()); eval(String(a))",
    "cyclic class": "class A extends A {} new A().x; class B { get x() { return this.x } } eval(new B().x)",
    "getter loop": "const o = {get a() { return this.a }}; eval(o.a)",
    "slow pattern": "eval('a'.repeat(50000).replace(/(a+)+b/, 'x'))",
    "many branches": "let s = '';" + "".join(f"if (x{n}) s += '{n}';" for n in range(200)) + "eval(s)",
    "many functions": "process;" + "function f() { eval(x) };" * 3_000,
    "exponent": "eval(9 ** 9 ** 9 ** 9); eval(1 << 1e9); eval(1 % 0); eval(1 / 0)",
    "odd escapes": "eval('\\u{110000}\\x\\u12\\u{}\\777')",
    "NUL": "eval('\0');\0\0",
    "lone surrogates": "eval('\\ud800' + String.fromCharCode(0xd800))",
    "no program": "%%% not ] a } program ((( eval",
    "spread": "eval(...[...'x'.repeat(100000)])",
    "deep JSON": "eval(JSON.parse('" + "[" * 5_000 + "]" * 5_000 + "'))",
    "sort": "eval([3,1,2].sort(() => Math.random() - 0.5).join())",
    "proxy": "const a = [1]; for (const x of a) a.push(x); eval(a.length)",
}


@pytest.mark.parametrize("code", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_survived(code: str) -> None:
    """Nothing raises, and the clock is kept."""
    begin = time.monotonic()
    read(code, limits=Limits(read_seconds=4))
    assert time.monotonic() - begin < 12


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("eval(" + "(" * 50_000, Why.TOO_DEEP),
        ("eval(1);\n%%% ] } (((", Why.NOT_PARSED),
        ("eval;" + "x();" * 250_000, Why.TOO_MANY),
        ("eval;" + "x" * 2_000_001, Why.TOO_LARGE),
    ],
)
def test_what_is_left_out_is_a_gap(code: str, why: Why) -> None:
    """Text that is too deep, too large, or no program says so."""
    assert read(code).gaps


def test_text_around_an_error_is_read() -> None:
    """What stands before and behind a line that does not parse is read all the same."""
    reading = read(f'require("child_process").exec("id -u");\nlet = = ];\nrequire("child_process").exec("{TUNNEL}");\n')
    assert [gap.why for gap in reading.gaps] == [Why.NOT_PARSED]
    assert {"id -u", TUNNEL} <= set(lines_of(reading))


def test_growth_is_linear() -> None:
    """Ten times the code takes about ten times the time."""
    line = 'const a{n} = ["x", "y"].map(s => s.toUpperCase()).join("-"); process.env.A{n} = a{n};\n'
    times = []
    for count in (100, 1_000):
        code = "".join(line.replace("{n}", str(number)) for number in range(count))
        begin = time.monotonic()
        assert read(code).gaps == ()
        times.append(time.monotonic() - begin)
    assert times[1] < 40 * max(times[0], 0.01)


@pytest.mark.usefixtures("deep")
def test_a_walk_down_a_tree_is_read_to_its_end() -> None:
    """A function that calls itself several times for each part of what it was given costs no budget of steps."""
    code = """
    function visit(node, found) {
      if (node.kind === "leaf") { found.push({ node }); } else if (node.left) { visit(node.left, found); }
      if (node.right) { visit(node.right, found); }
      if (node.children) { node.children.forEach((each) => visit(each, found)); }
      try { visit(node.parent, found); } catch (error) { found.push({ error }); }
    }
    module.exports = { visit };
    require("child_process").execSync("%s");
    """
    reading = read(code % TUNNEL, limits=Limits(steps=40_000))
    assert reading.gaps == ()
    assert lines_of(reading) == [TUNNEL]


def test_a_row_of_commands_each_started_by_the_last_is_read_to_its_end() -> None:
    """A function that is its own callback is called as long as there is something left to take."""
    hosts = [f"h{number}.example" for number in range(30)]
    code = f"""
    const {{ exec }} = require("child_process"), queue = {hosts};
    function next(error, out) {{ if (!queue.length) return; exec("ssh " + queue.shift(), next); }}
    next();
    """
    assert lines_of(read(code)) == [f"ssh {host}" for host in hosts]
