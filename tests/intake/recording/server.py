"""A model server that asks for several calls, in the dialects of tests/agents, each call with an id of its own.

Needs nothing but the standard library, so that the tools' own environments can import it.
"""

from __future__ import annotations

import json
import threading
from http.server import ThreadingHTTPServer
from typing import Any

from tests.agents.model import PORT, _Model

Turn = tuple[str, dict[str, Any]]


class Scripted(_Model):
    """The same server; which call a turn asks for is told by how many results the conversation holds."""

    turns: tuple[Turn, ...] = ()
    _turn = 0

    def _is_first(self, results: list[Any], has_tools: object) -> bool:
        self._turn = len(results)
        super()._is_first(results, has_tools)
        return bool(has_tools) and self._turn < len(self.turns)

    def _send(self, kind: str, data: bytes) -> None:
        if self._turn < len(self.turns):
            prefix = "data: "
            lines = data.decode().split("\n")
            for index, line in enumerate(lines):
                start = prefix if line.startswith(prefix) else ""
                if line.removeprefix(start).startswith("{"):
                    lines[index] = start + json.dumps(self._placed(json.loads(line.removeprefix(start))))
            data = "\n".join(lines).encode()
        super()._send(kind, data)

    def _placed(self, value: Any) -> Any:
        """Put this turn's tool and arguments where a message holds a call."""
        if isinstance(value, list):
            return [self._placed(each) for each in value]
        if not isinstance(value, dict):
            return value
        name, given = self.turns[self._turn]
        written, id_ = json.dumps(given), f"call_{self._turn + 1}"
        kind = value.get("type")
        if kind == "tool_use":
            return {**value, "id": id_, "name": name}
        if kind == "input_json_delta":
            return {**value, "partial_json": written}
        if kind == "function_call":
            return {**value, "call_id": id_, "name": name, "arguments": written}
        if kind == "function" and "function" in value:
            return {**value, "id": id_, "function": {"name": name, "arguments": written}}
        if "functionCall" in value:
            return {"functionCall": {"name": name, "args": given}}
        return {key: self._placed(each) for key, each in value.items()}


def serve(turns: tuple[Turn, ...]) -> str:
    """Answer with these calls, one a turn, and give the address."""
    Scripted.turns = turns
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Scripted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{PORT}"
