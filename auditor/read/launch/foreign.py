"""Code in languages that are not listed, given as an argument: told by what stands in it.

Takes text, says whether it holds a connection with a shell beside it. Whatever else names a way out
is left to its caller, who makes it a gap.
"""

from __future__ import annotations

import re

from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.sinks import SHELLS_BESIDE

_FOREIGN_ENDPOINT = re.compile(
    r"""(?:connect|dial|socket|tcpclient|open_connection|socketstream)[\w\s.:]*\(?[^"'\d]{0,40}["']?(?:tcp["'],\s*["'])?"""
    r"""([\w-]+(?:\.[\w-]+)+)["']?\s*[,:]\s*["']?(\d{1,5})""",
    re.IGNORECASE,
)
FOREIGN_SINKS = re.compile(
    r"""system|exec|spawn|proc|popen|shell|socket|connect|dial|tcp|http|eval|load|source|import\s+os|\brun\b|`|cmd"""
    r"""|invoke|iex|start|ffi|foreign""",
    re.IGNORECASE,
)
"""Words without one of which code in any language is taken to be harmless."""


def read_foreign(evaluation: Evaluation, code: str, context: Context) -> bool:
    """Read code of a language that is not listed, for a connection with a shell beside it; True where there is one."""
    found = _FOREIGN_ENDPOINT.search(code)
    if found is None or not SHELLS_BESIDE.search(code):
        return False
    host, port = found[1], found[2]
    evaluation.emit("net.connect", "tcp", host, port, place=context.place)
    evaluation.emit("process.stdio", "socket", host, port, place=context.place)
    return True
