"""The official MCP client against a server: `python mcp_client.py COMMAND…` prints what it was told, as JSON.

Runs under releases 1 and 2 of the `mcp` package, whose names differ; the second also speaks a revision without a
handshake.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import sys
from typing import Any

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

TUNNEL = "ssh -N -R 2222:localhost:22 ops@203.0.113.5"


def _of(value: Any, *names: str) -> Any:
    return next(getattr(value, name) for name in names if hasattr(value, name))


async def _without_handshake(parameters: StdioServerParameters) -> list[Any]:
    """Talk in the revision in which each request speaks for itself; nothing where this release knows none."""
    if not hasattr(ClientSession, "discover"):
        return []
    async with stdio_client(parameters) as streams, ClientSession(*streams) as opened:
        session: Any = opened  # the two releases have types of their own
        await session.discover()
        tools = await session.list_tools()
        answer = await session.call_tool("audit_code", {"code": TUNNEL, "language": "bash"})
        return [str(session.protocol_version), len(tools.tools), _of(answer, "structured_content")["verdict"]]


async def _talk(command: list[str]) -> dict[str, Any]:
    parameters = StdioServerParameters(command=command[0], args=command[1:])
    async with stdio_client(parameters) as streams, ClientSession(*streams) as opened:
        session: Any = opened  # the two releases have types of their own
        begun = await session.initialize()
        tools = await session.list_tools()
        calls = [session.call_tool("audit_code", {"code": TUNNEL, "language": "bash"})]
        calls += [
            session.call_tool("audit_code", {"code": f"print({number})", "language": "python"}) for number in range(8)
        ]
        answers = await asyncio.gather(*calls)
        rule = await session.call_tool("explain_rule", {"rule": "ssh-reverse-forward"})
        wrong = await session.call_tool("audit_code", {"code": TUNNEL})
        await session.send_ping()
        try:
            unknown = str(_of(await session.call_tool("no_such_tool", {}), "isError", "is_error"))
        except Exception as error:  # the client's own class differs between releases
            unknown = type(error).__name__
    return {
        "release": importlib.metadata.version("mcp"),
        "revision": _of(begun, "protocolVersion", "protocol_version"),
        "instructions": begun.instructions,
        "tools": [tool.name for tool in tools.tools],
        "verdicts": [_of(answer, "structuredContent", "structured_content")["verdict"] for answer in answers],
        "rule": _of(rule.content[0], "text"),
        "wrong": [bool(_of(wrong, "isError", "is_error")), _of(wrong.content[0], "text")],
        "unknown": unknown,
        "without_handshake": await _without_handshake(parameters),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_talk(sys.argv[1:]))))
