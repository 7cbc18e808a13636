"""OpenSandbox, against a server of our own that runs what it is sent; every way that leads into the sandbox."""

# mypy: ignore-errors

import asyncio
import json
import shlex
import time

import httpx
from code_interpreter import CodeInterpreter
from harness import COMMAND, bash, example, report
from opensandbox.config import ConnectionConfig

from auditor import AuditedSandbox, Denied


async def serve(request):
    """Answer one request: endpoints, and commands as a stream of events."""
    if "endpoints" in request.url.path:
        return httpx.Response(200, json={"endpoint": "sandbox.invalid:44772"})
    body = await request.aread()
    data = json.loads(body) if body.startswith(b"{") else {}
    code = data.get("command") or data.get("code") or shlex.join(data.get("argv", []))
    if "upload" in request.url.path:
        return httpx.Response(200, json={})
    if "import" in code:
        code = COMMAND
    lines = [{"type": "stdout", "text": bash(code)}, {"type": "execution_complete", "execution_time": 1}]
    events = "".join(f"data: {json.dumps({**each, 'timestamp': int(time.time() * 1000)})}\n\n" for each in lines)
    return httpx.Response(200, text=events, headers={"Content-Type": "text/event-stream"})


async def main():
    """Go every way."""
    config = ConnectionConfig(transport=httpx.MockTransport(serve), domain="sandbox.invalid")
    page = example("OpenSandbox", name="one", config=config)
    sandbox = await page.connect()
    interpreter = AuditedSandbox(await CodeInterpreter.create(sandbox._inner))
    ways = [
        lambda: sandbox.commands.run(COMMAND),
        lambda: sandbox.commands.run(["sh", "-c", COMMAND]),
        lambda: sandbox.commands.run_in_session("s", COMMAND),
        lambda: interpreter.codes.run(f"import os\nos.system({COMMAND!r})", language="python"),
        lambda: interpreter.commands.run(COMMAND),
        lambda: interpreter.sandbox.commands.run(COMMAND),
    ]
    said = []
    for way in ways:
        try:
            said.append(await way())
        except Denied as denied:
            said.append(denied)
    return said


report(6, asyncio.run(main()))
