"""`auditor serve` and `auditor approve`: the gate's server, and a person's one-time override."""

from __future__ import annotations

import getpass
import os
import signal
from pathlib import Path
from typing import Annotated

import typer

from auditor.errors import UsageError


def serve(
    workers: Annotated[int, typer.Option(min=1, max=64, help="scripts read at once")] = 2,
    idle: Annotated[float, typer.Option(min=1, help="seconds without a request after which it leaves")] = 3600.0,
    policy: Annotated[
        Path | None, typer.Option(help="a policy; by default the operator's, else the one that ships")
    ] = None,
    stop: Annotated[bool, typer.Option("--stop", help="end the server that runs")] = False,
    from_hook: Annotated[bool, typer.Option("--from-hook", hidden=True)] = False,
) -> None:
    """Keep the engines warm for `auditor hook`, behind a socket of your own.

    The hook starts a server by itself; run one by hand to choose its policy or its workers.
    """
    from auditor.gate.places import runtime_directory
    from auditor.gate.server import Server, ServerOptions

    if stop:
        _stop(Path(runtime_directory()) / "lock")
        return
    options = ServerOptions(
        workers=workers, idle_seconds=idle, policy=str(policy) if policy else None, from_hook=from_hook
    )
    Server(options).run()


def approve(
    decision: Annotated[str, typer.Argument(help="the decision's id, as the denial names it")],
    why: Annotated[str, typer.Option(help="the reason, for the log")] = "",
) -> None:
    """Let one denied call through once, within an hour; the log keeps who, when and why."""
    from auditor.gate.approvals import approve as record
    from auditor.gate.places import state_directory

    if not why.strip():
        raise UsageError("an approval needs a reason", hint='auditor approve ID --why "ticket 1234"')
    record(Path(state_directory()) / "approvals", decision, getpass.getuser(), why)


def _stop(lock: Path) -> None:
    try:
        pid = int(lock.read_text(encoding="ascii"))
        os.kill(pid, signal.SIGTERM)
    except (OSError, ValueError) as error:
        raise UsageError("no server runs for this user") from error
