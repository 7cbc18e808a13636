"""`auditor serve` and `auditor approve`: the gate's server, and a person's one-time override."""

from __future__ import annotations

import getpass
import os
import pwd
import signal
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from auditor.errors import UsageError


def serve(
    workers: Annotated[int, typer.Option(metavar="COUNT", min=1, max=64, help="Scripts read at once.")] = 2,
    idle: Annotated[
        float, typer.Option(metavar="SECONDS", min=1, help="It leaves after so long without a request.")
    ] = 3600.0,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="By default the operator's, else the one that ships.")
    ] = None,
    socket: Annotated[Path | None, typer.Option(metavar="PATH", help="A socket elsewhere, for `--user`.")] = None,
    user: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Another user who may ask; can be repeated.")
    ] = None,
    stop: Annotated[bool, typer.Option("--stop", help="End the server that runs.")] = False,
    reload: Annotated[bool, typer.Option("--reload", help="Let the server read policy and rules again.")] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Let the server judge a call, and say how that went.")
    ] = False,
    metrics: Annotated[
        bool, typer.Option("--metrics", help="Print the server's metrics, as Prometheus reads them.")
    ] = False,
    from_hook: Annotated[bool, typer.Option("--from-hook", hidden=True)] = False,
) -> int:
    """Keep the engines warm for `auditor hook`, behind a socket of your own.

    The hook starts a server by itself; run one by hand to choose its policy or its workers.
    """
    from auditor.gate.asking import ask
    from auditor.gate.server import Server, ServerOptions
    from auditor.gate.wire import HEALTH, METRICS

    if stop:
        _signal(signal.SIGTERM, is_ending=True)
    elif reload:
        _signal(signal.SIGHUP, is_ending=False)
    elif status:
        said = ask(HEALTH)
        print(said)
        return 0 if '"healthy": true' in said else 1
    elif metrics:
        print(ask(METRICS), end="")
    else:
        Server(
            ServerOptions(
                workers=workers,
                idle_seconds=idle,
                policy=str(policy) if policy else None,
                from_hook=from_hook,
                socket=str(socket) if socket else None,
                users=tuple(_user(name) for name in user or ()),
            )
        ).run()
    return 0


def approve(
    decision: Annotated[str, typer.Argument(metavar="ID", help="The decision's id, as the denial names it.")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="The reason, for the log; an approval needs one.")] = "",
) -> None:
    """Let one denied call through once, within an hour; the log keeps who, when and why."""
    from auditor.gate.approvals import approve as record
    from auditor.gate.places import state_directory

    if not why.strip():
        raise UsageError("an approval needs a reason", hint='auditor approve ID --why "ticket 1234"')
    if not sys.stdin.isatty():
        raise UsageError("an approval is a person's: run it in a terminal")
    record(Path(state_directory()) / "approvals", decision, getpass.getuser(), why)


def _user(name: str) -> int:
    try:
        return int(name) if name.isdecimal() else pwd.getpwnam(name).pw_uid
    except KeyError as error:
        raise UsageError(f"there is no user {name!r}") from error


def _signal(number: signal.Signals, *, is_ending: bool) -> None:
    """Signal the server that runs; when it is to end, wait until it has."""
    from auditor.gate.lock import holder
    from auditor.gate.places import runtime_directory

    path = Path(runtime_directory()) / "lock"
    pid = holder(path)
    if pid is None:
        raise UsageError("no server runs for this user")
    os.kill(pid, number)
    end = time.monotonic() + 30
    while is_ending and holder(path) is not None and time.monotonic() < end:
        time.sleep(0.05)
