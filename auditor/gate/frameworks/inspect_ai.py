"""Inspect AI: an approver, which Inspect finds by the entry point as `auditor/auditor`.

>>> task = Task(…, approval=[ApprovalPolicy(auditor(), "*")])

Imports the framework, which is what loads this module.
"""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

from inspect_ai.approval import Approval, approver  # type: ignore[import-not-found]
from inspect_ai.util import store  # type: ignore[import-not-found]

from auditor.gate.guarding import Gate

_SESSION = "auditor:session"


@approver(name="auditor")  # type: ignore[untyped-decorator]
def auditor(allowed: str = "approve") -> Any:  # noqa: ANN401  (the framework's class)
    """Give an approver that rejects what the gate denies; the rest is `allowed`, "approve" or "escalate"."""

    async def approve(message: str, call: Any, view: Any, history: Any) -> Any:  # noqa: ANN401
        judgement = await asyncio.to_thread(Gate(session=_session()).judge, call.function, call.arguments)
        if judgement.is_allowed:
            return Approval(decision=allowed)
        return Approval(decision="reject", explanation=judgement.reason)

    return approve


def _session() -> str:
    """Name the sample that runs: each has a sandbox, and so a session, of its own."""
    held = store()
    name = str(held.get(_SESSION, "")) or f"inspect {uuid4().hex}"
    held.set(_SESSION, name)
    return name
