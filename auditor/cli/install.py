"""`auditor install`: the gate's hook in an agent's settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from auditor.errors import UsageError


def install(
    agent: Annotated[
        str, typer.Argument(metavar="AGENT", help="claude, codex, gemini, …; `auditor install list` names them all.")
    ],
    project: Annotated[bool, typer.Option("--project", help="Into the project in the working directory.")] = False,
    user: Annotated[bool, typer.Option("--user", help="Into the user's own settings; this is the default.")] = False,
    uninstall: Annotated[bool, typer.Option("--uninstall", help="Take the hook out again.")] = False,
) -> None:
    """Write the hook into an agent's settings; what they held before is kept beside them.

    The rest of the settings stays as it is, and a second time changes nothing.
    """
    from auditor.gate import install as work
    from auditor.gate.hooks import agents, hooks_of

    if agent == "list":
        print("\n".join(agents()))
        return
    hooks = hooks_of(agent)
    if hooks is None:
        raise UsageError(f"{agent!r} is no agent that the gate knows", hint=", ".join(agents()))
    if project and user:
        raise UsageError("--project and --user exclude each other")
    relative = hooks.project if project else hooks.user
    if relative is None:
        raise UsageError(f"{agent} keeps its hooks in the project", hint=f"auditor install {agent} --project")
    path = (Path.cwd() if project else Path.home()) / relative
    if uninstall:
        print(f"{path}: the hook was taken out" if work.uninstall(hooks, path) else f"{path}: there was no hook")
        return
    print(f"{path}: the hook was written" if work.install(hooks, path) else f"{path}: the hook was there already")
    if hooks.advice:
        print(hooks.advice)
