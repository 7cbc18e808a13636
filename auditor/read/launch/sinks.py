"""The ways out of scripting languages: names that start programs, run text as code, or open connections.

Data for `scripting.py`. Sources: the languages' own references (perldoc, ruby-doc.org, php.net, lua.org,
nodejs.org, the gawk manual).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from auditor.model.unit import Language

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A call that opens a connection: which of its arguments are host and port (-1: one argument holds both)."""

    call: re.Pattern[str]
    host: int = 0
    port: int = 1
    listens: bool = False


@dataclass(frozen=True, slots=True)
class Sinks:
    """A language's ways out: `runs` take a command's text, `starts` an argv, `evaluates` code; `other` the rest."""

    runs: re.Pattern[str]
    starts: re.Pattern[str] = _NEVER
    evaluates: re.Pattern[str] = _NEVER
    fetches: re.Pattern[str] = _NEVER
    connects: re.Pattern[str] = _NEVER
    other: re.Pattern[str] = _NEVER
    endpoints: tuple[Endpoint, ...] = ()


def _call(names: str) -> re.Pattern[str]:
    """Make an expression for calls of functions by name, with or without a bracket."""
    listed = "|".join(re.escape(name) for name in names.split())
    block = r"\{[^{}]*\}\s*[@$]"  # `exec {program} @list`
    return re.compile(rf"(?<![\w$@>.:-])(?:{listed})\s*(?:\(|(?=[\"'`$@\\]|{block}|q[qwx]?\s*[({{\[/|]|\[))")


SINKS: Mapping[Language, Sinks] = {
    Language.PERL: Sinks(
        runs=re.compile(r"`|\bqx\s*(?=[^\w\s,=;])|\breadpipe\b\s*\(?"),
        starts=_call("system exec open2 open3 IPC::Open2::open2 IPC::Open3::open3 capture run"),
        evaluates=re.compile(r"\beval\b\s*(?!\{|\s*\{)\(?"),
        fetches=re.compile(r"\b(?:LWP|HTTP::Tiny|getprint|getstore|mirror|WWW::Mechanize|HTTP::Request)\b"),
        connects=re.compile(r"\bIO::Socket\b(?:::\w+)*\s*(?:->|\()|\bsocket\s*\(|\bconnect\s*\(|\baccept\s*\("),
        other=re.compile(
            r"\bopen\b[^;]*?[\"'][^\"']*\|[^\"']*[\"']|&\s*[{$]|->\s*\$|\bdo\s+[\"'$(]|\brequire\s+[\"'$(]"
            r"|\bsyscall\b|/[a-z]*ee?[a-z]*\s*[;}]|\bno\s+strict|CORE::|\bdlopen\b|\bInline\b|\bsub\s+AUTOLOAD"
        ),
        endpoints=(
            Endpoint(re.compile(r"\b(?:PeerAddr|PeerHost)\s*(?:=>|,)\s*"), 0, -1),
            Endpoint(re.compile(r"\b(?:Listen)\s*(?:=>|,)"), -1, -1, listens=True),
        ),
    ),
    Language.RUBY: Sinks(
        runs=re.compile(r"`|%x\s*(?=[({\[<|!/])|(?<![\w.])(?:IO\.popen|popen|Open3\.\w+|PTY\.spawn)\s*\(?"),
        starts=_call("system exec spawn Kernel.system Kernel.exec Kernel.spawn Process.spawn Process.exec"),
        evaluates=re.compile(r"\b(?:eval|instance_eval|class_eval|module_eval)\b\s*\(?"),
        fetches=re.compile(r"\b(?:Net::HTTP|URI\.open|open-uri|OpenURI|HTTParty|Faraday|RestClient)\b"),
        connects=re.compile(r"\b(?:TCPSocket|TCPServer|UDPSocket|Socket|OpenSSL::SSL)\b\s*\."),
        other=re.compile(
            r"\.\s*(?:send|__send__|public_send|method|const_get)\b|\bFiddle\b|\bload\s+[\"']|\bsyscall\b|\bopen\s*\(?\s*[\"']\s*\|"
        ),
        endpoints=(
            Endpoint(re.compile(r"\bTCPSocket\s*\.\s*(?:new|open)\s*\(?|\bSocket\s*\.\s*tcp\s*\(?")),
            Endpoint(
                re.compile(r"\bTCPServer\s*\.\s*(?:new|open)\s*\(?|\bSocket\s*\.\s*tcp_server\w*\s*\(?"), listens=True
            ),
        ),
    ),
    Language.PHP: Sinks(
        runs=re.compile(r"`|(?<![\w$>:])(?:system|exec|shell_exec|passthru|popen)\s*\("),
        starts=re.compile(r"(?<![\w$>:])(?:proc_open|pcntl_exec)\s*\("),
        evaluates=re.compile(r"(?<![\w$>:])(?:eval|assert|create_function)\s*\("),
        fetches=re.compile(r"(?<![\w$>:])(?:file_get_contents|fopen|readfile|curl_\w+|copy|file)\s*\("),
        connects=re.compile(
            r"(?<![\w$>:])(?:p?fsockopen|stream_socket_client|stream_socket_server|socket_(?:connect|bind))\s*\("
        ),
        other=re.compile(
            r"\$\w+\s*\((?!\))|\bcall_user_func|\b(?:include|require)(?:_once)?\b|\bdl\s*\(|\bFFI\b|\bmail\s*\(|\bReflectionFunction\b"
            r"|array_(?:map|filter|walk)\s*\(\s*[\"']|\bpreg_replace\b[^;]*/[a-z]*e[a-z]*[\"']"
        ),
        endpoints=(
            Endpoint(re.compile(r"\bp?fsockopen\s*\(")),
            Endpoint(re.compile(r"\bstream_socket_client\s*\("), 0, -1),
            Endpoint(re.compile(r"\bstream_socket_server\s*\("), 0, -1, listens=True),
            Endpoint(re.compile(r"\bsocket_connect\s*\("), 1, 2),
            Endpoint(re.compile(r"\bsocket_bind\s*\("), 1, 2, listens=True),
        ),
    ),
    Language.LUA: Sinks(
        runs=re.compile(r"\b(?:os\s*\.\s*execute|io\s*\.\s*popen)\b\s*\(?"),
        evaluates=re.compile(r"\b(?:load|loadstring|dostring)\b\s*\(?"),
        fetches=re.compile(r"\bhttps?\s*\.\s*request\b"),
        connects=re.compile(r"[:.]\s*(?:connect|bind|listen)\s*\(|\bsocket\s*\.\s*tcp\b"),
        other=re.compile(r"\b(?:dofile|loadfile|loadlib|ffi)\b|_G\s*\[|\b(?:os|io)\s*\[|_ENV\b"),
        endpoints=(
            Endpoint(re.compile(r"[:.]\s*connect\s*\(")),
            Endpoint(re.compile(r"[:.]\s*bind\s*\("), listens=True),
        ),
    ),
    Language.JAVASCRIPT: Sinks(
        runs=re.compile(r"(?<![\w$])(?:exec|execSync)\s*\("),
        starts=re.compile(r"(?<![\w$])(?:spawn|spawnSync|execFile|execFileSync|fork)\s*\("),
        evaluates=re.compile(r"(?<![\w$.])(?:eval|Function)\s*\(|\bvm\s*\.\s*run\w+\s*\("),
        fetches=re.compile(r"(?<![\w$])(?:fetch|axios|got)\b|\bhttps?\b[\"')]*\s*\.\s*(?:get|request)\b"),
        connects=re.compile(r"\.\s*connect\s*\(|\bcreateConnection\s*\(|\bcreateServer\s*\(|\bnet\s*\.\s*Socket\b"),
        other=re.compile(
            r"child_process|\brequire\s*\(\s*[^\"'\s)]|\brequire\s*\(\s*[\"'][^\"']*[\"']\s*[^)\s]"
            r"|\)\s*\[[^\]]*\]\s*\(|\b(?:global|process|window)\s*\[|\bimport\s*\(\s*[^\"'\s]|\bprocess\s*\.\s*(?:binding|dlopen)\b"
            r"|\bglobalThis\s*\[|\bconstructor\s*[.\[(]|\bWebSocket\b|\bdgram\b"
        ),
        endpoints=(
            Endpoint(re.compile(r"\.\s*connect\s*\(|\bcreateConnection\s*\("), 1, 0),
            Endpoint(re.compile(r"\.\s*listen\s*\("), 1, 0, listens=True),
        ),
    ),
}
SHELLS_BESIDE = re.compile(
    r"/bin/|\bsh\b|\bbash\b|\bzsh\b|\bcmd\b|powershell|popen|\bexec\b|\bsystem\b|\bspawn\b|shell", re.I
)
"""What stands in code that gives a connection a shell."""
