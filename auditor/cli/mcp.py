"""`auditor mcp`: an MCP server on standard input and output, which a model may ask for advice."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def mcp(
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="By default the operator's, else the one that ships.")
    ] = None,
) -> int:
    """Answer an MCP client on standard input and output: `audit_code` and `explain_rule`.

    Advice, no gate: a model may or may not ask. `auditor install` writes the hook that holds calls back.
    """
    from auditor.gate.engine import Engine
    from auditor.gate.mcp.server import Conversation, Streams
    from auditor.gate.places import policy_path
    from auditor.judge import load_policy
    from auditor.pipeline import Auditor

    chosen = str(policy) if policy else policy_path()
    load_policy(Path(chosen) if chosen else None)  # one that cannot be read is told at once, and not to a model
    sys.stdout.flush()
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever else prints must not do so between the answers

    def send(data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(answers, view) :]

    def make() -> Engine:
        engine = Engine(lambda: Auditor(policy=chosen, workers=2))
        engine.warm()
        return engine

    with contextlib.suppress(OSError):  # a client that went away is no failure
        Conversation(make, Streams(lambda size: os.read(0, size), send)).run()
    return 0
