"""ROCK: its sandbox class, with everything that runs or writes judged first.

>>> Sandbox = audited(rock.sdk.sandbox.client.Sandbox)

A subclass, not a wrapper: `arun`, `process`, `fs` and `agent` keep the sandbox and call it themselves.
"""

from __future__ import annotations

import asyncio
import dataclasses
import shlex
from pathlib import Path
from typing import Any

from auditor.gate.guarding import Gate, Judgement

NOT_PERMITTED = 126
_TEXT_BYTES = 4_000_000


def audited(sandbox: Any, gate: Gate | None = None) -> Any:  # noqa: ANN401  (the framework's class)
    """Give a subclass of ROCK's sandbox that runs what the gate allows; else the reason is the command's output."""
    from rock.actions import (  # type: ignore[import-not-found]
        CommandResponse,
        Observation,
        UploadResponse,
        WriteFileResponse,
    )

    class AuditedSandbox(sandbox):  # type: ignore[misc]
        """Judges what ends in a request to the sandbox, then makes it."""

        async def execute(self, command: Any) -> Any:  # noqa: ANN401
            """Run one command."""
            words = command.command
            text = words if isinstance(words, str) else shlex.join(words)
            exports = "".join(f"export {key}={shlex.quote(value)}\n" for key, value in (command.env or {}).items())
            judgement = await self._judge("bash", {"command": exports + text}, command.cwd or "")
            if judgement.is_allowed:
                return await super().execute(command)
            return CommandResponse(stdout="", stderr=judgement.reason, exit_code=NOT_PERMITTED)

        async def _run_in_session(self, action: Any) -> Any:  # noqa: ANN401
            """Run one command of a session; `arun` and all that is built on it end here."""
            judgement = await self._judge("bash", {"command": action.command})
            if judgement.is_allowed:
                return await super()._run_in_session(action)
            said = judgement.reason
            return Observation(output=said, exit_code=NOT_PERMITTED, failure_reason=said)

        async def _do_write_file(self, content: str, path: str) -> Any:  # noqa: ANN401
            """Write one file."""
            judgement = await self._judge("write_file", {"path": path, "content": content})
            if judgement.is_allowed:
                return await super()._do_write_file(content, path)
            return WriteFileResponse(success=False, message=judgement.reason)

        async def upload_by_path(self, file_path: Any, target_path: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401
            """Upload one file; what is no text is uploaded as it is."""
            content = await asyncio.to_thread(_text, Path(file_path))
            if content is not None:
                judgement = await self._judge("write_file", {"path": target_path, "content": content})
                if not judgement.is_allowed:
                    return UploadResponse(success=False, message=judgement.reason)
            return await super().upload_by_path(file_path, target_path, *args, **options)

        async def _judge(self, tool: str, arguments: dict[str, Any], directory: str = "") -> Judgement:
            asking = gate or Gate(session=f"rock {self.sandbox_id}")
            asking = dataclasses.replace(asking, directory=directory or asking.directory or "/")
            return await asyncio.to_thread(asking.judge, tool, arguments)

    return AuditedSandbox


def _text(path: Path) -> str | None:
    """Give a file's text; None for what is too long for a script, no text, or not there (the sandbox says so)."""
    try:
        if path.stat().st_size > _TEXT_BYTES:
            return None
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
