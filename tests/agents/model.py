"""A model server that asks for one shell command and then is done, in the four dialects that the CLIs speak.

Run inside a network namespace of its own: `python -m tests.agents.model CASE`. Reads a case (JSON: argv, environment,
directory, seconds, command, tool), starts the server on loopback, runs the CLI, and prints what the CLI told the model.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PORT = 8765


class _Model(BaseHTTPRequestHandler):
    """Answers the first turn with a tool call, and every turn that holds a tool's result with `done`."""

    asked = ""
    tool = ""
    said: list[str] = []  # noqa: RUF012
    times_asked = 0

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""

    def do_GET(self) -> None:
        """List one model."""
        self._json({"data": [{"id": "mock", "object": "model"}], "object": "list"})

    def do_POST(self) -> None:
        """Answer one turn."""
        text = self.rfile.read(int(self.headers.get("content-length", 0))).decode("utf-8", "replace")
        body = json.loads(text or "{}")
        if "count_tokens" in self.path or "countTokens" in self.path:
            self._json({"input_tokens": 1, "totalTokens": 1})
        elif self.path.split("?")[0].endswith("/messages"):
            self._anthropic(body)
        elif self.path.endswith("/responses"):
            self._responses(body)
        elif self.path.endswith("/chat/completions"):
            self._chat(body)
        elif "enerateContent" in self.path:
            self._gemini(body)
        else:
            self._json({})

    def _json(self, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self._send("application/json", data)

    def _events(self, events: list[dict[str, Any]], *, named: bool, end: bool = False) -> None:
        lines = [(f"event: {event['type']}\n" if named else "") + f"data: {json.dumps(event)}\n\n" for event in events]
        self._send("text/event-stream", "".join([*lines, "data: [DONE]\n\n" if end else ""]).encode())

    def _send(self, kind: str, data: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _is_first(self, results: list[Any], has_tools: object) -> bool:
        """Note what the tool gave; whether to ask for the command now."""
        self.said.extend(json.dumps(result) for result in results)
        is_first = bool(has_tools) and not results
        type(self).times_asked += is_first
        return is_first

    def _anthropic(self, body: dict[str, Any]) -> None:
        blocks = [
            block
            for message in body["messages"]
            if isinstance(message["content"], list)
            for block in message["content"]
        ]
        results = [block for block in blocks if block.get("type") == "tool_result"]
        call = self._is_first(results, body.get("tools"))
        block: dict[str, Any] = {"type": "text", "text": ""}
        delta: dict[str, Any] = {"type": "text_delta", "text": "done"}
        if call:
            block = {"type": "tool_use", "id": "toolu_01", "name": self.tool or "Bash", "input": {}}
            arguments = {"command": self.asked, "description": "go"}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(arguments)}
        message: dict[str, Any] = {
            "id": "m", "type": "message", "role": "assistant", "model": "mock", "content": [],
            "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
        }  # fmt: skip
        stop = {"stop_reason": "tool_use" if call else "end_turn", "stop_sequence": None}
        self._events(
            [
                {"type": "message_start", "message": message},
                {"type": "content_block_start", "index": 0, "content_block": block},
                {"type": "content_block_delta", "index": 0, "delta": delta},
                {"type": "content_block_stop", "index": 0},
                {"type": "message_delta", "delta": stop, "usage": {"output_tokens": 1}},
                {"type": "message_stop"},
            ],
            named=True,
        )

    def _responses(self, body: dict[str, Any]) -> None:
        items = [item for item in body.get("input", []) if isinstance(item, dict)]
        results = [item for item in items if item.get("type") == "function_call_output"]
        if self._is_first(results, body.get("tools")):
            item: dict[str, Any] = {
                "type": "function_call", "id": "f", "call_id": "c1", "name": "exec_command",
                "arguments": json.dumps({"cmd": self.asked}), "status": "completed",
            }  # fmt: skip
        else:
            content = [{"type": "output_text", "text": "done", "annotations": []}]
            item = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": content}
        usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
        self._events(
            [
                {"type": "response.created", "response": {"id": "r", "status": "in_progress"}},
                {"type": "response.output_item.done", "output_index": 0, "item": item},
                {
                    "type": "response.completed",
                    "response": {"id": "r", "status": "completed", "output": [item], "usage": usage},
                },
            ],
            named=True,
        )

    def _chat(self, body: dict[str, Any]) -> None:
        results = [message for message in body["messages"] if message.get("role") == "tool"]
        names = {tool["function"]["name"]: tool["function"] for tool in body.get("tools") or () if "function" in tool}
        call = self._is_first(results, names)
        message: dict[str, Any] = {"role": "assistant", "content": "done"}
        if call:
            name = next(
                (name for name in ("run_commands", "run_shell_command", "bash", "execute_command") if name in names),
                "bash",
            )
            arguments: dict[str, Any] = {"command": self.asked, "description": "go", "is_background": False}
            if name == "run_commands":
                arguments = {"commands": [self.asked]}
            if name == "bash":
                arguments = {"command": self.asked, "description": "go"}
            function = {"name": name, "arguments": json.dumps(arguments)}
            tool_call = {"index": 0, "id": "c1", "type": "function", "function": function}
            message = {"role": "assistant", "content": None, "tool_calls": [tool_call]}
        head = {"id": "x", "created": 1, "model": "mock"}
        reason = "tool_calls" if call else "stop"
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        if not body.get("stream"):
            choice = {"index": 0, "message": message, "finish_reason": reason}
            self._json({**head, "object": "chat.completion", "choices": [choice], "usage": usage})
            return
        chunk = {**head, "object": "chat.completion.chunk"}
        self._events(
            [
                {**chunk, "choices": [{"index": 0, "delta": message, "finish_reason": None}]},
                {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]},
                {**chunk, "choices": [], "usage": usage},
            ],
            named=False,
            end=True,
        )

    def _gemini(self, body: dict[str, Any]) -> None:
        parts = [part for content in body.get("contents", []) for part in content.get("parts", [])]
        results = [part for part in parts if "functionResponse" in part]
        part: dict[str, Any] = {"text": "done"}
        if self._is_first(results, body.get("tools")):
            arguments = {"command": self.asked, "description": "go"}
            part = {"functionCall": {"name": "run_shell_command", "args": arguments}}
        candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
        answer = {
            "candidates": [candidate],
            "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2},
        }
        if "stream" in self.path:
            self._send("text/event-stream", f"data: {json.dumps(answer)}\n\n".encode())
        else:
            self._json(answer)


def main(path: str) -> None:
    """Run one case."""
    case = json.loads(Path(path).read_text(encoding="utf-8"))
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    _Model.asked, _Model.tool = case["command"], case.get("tool", "")
    server = ThreadingHTTPServer(("127.0.0.1", PORT), _Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with (Path(case["directory"]) / "cli.out").open("wb") as log:
        process = subprocess.Popen(
            case["argv"], cwd=case["directory"], env=case["environment"], stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            status: int | None = process.wait(case["seconds"])
        except subprocess.TimeoutExpired:
            status = None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    print(json.dumps({"status": status, "said": _Model.said, "asked": _Model.times_asked}))


if __name__ == "__main__":
    main(sys.argv[1])
