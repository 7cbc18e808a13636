"""OpenHands SDK: tools whose executors are judged first, in every conversation of the process.

>>> register(TerminalTool, FileEditorTool)
... agent = Agent(llm=llm, tools=[Tool(name="terminal"), Tool(name="file_editor")])

A security analyzer would only pause the conversation, which the next `run()` takes for an approval.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditor.gate.guarding import Gate


def register(*tools: Any, gate: Gate | None = None) -> None:  # noqa: ANN401  (classes of the framework's tools)
    """Register tools by their names, so that they run only what the gate allows; the reason becomes their error."""
    from openhands.sdk.tool import register_tool  # type: ignore[import-not-found]

    for tool in tools:
        _audit(tool, gate)
        register_tool(tool.name, tool)


def _audit(tool: Any, gate: Gate | None) -> None:  # noqa: ANN401
    """Have a tool's `create` give audited executors. A subclass would be another kind of tool to the framework."""
    create = tool.create.__func__

    def audited(cls: Any, *args: Any, **options: Any) -> Sequence[Any]:  # noqa: ANN401
        made = create(cls, *args, **options)
        return [each.set_executor(_executor(each, gate or Gate(session=f"tool {id(made):x}"))) for each in made]

    tool.create = classmethod(audited)


def _executor(tool: Any, gate: Gate) -> Any:  # noqa: ANN401
    from openhands.sdk.tool import ToolExecutor

    inner = tool.executor

    class AuditedExecutor(ToolExecutor):  # type: ignore[misc]
        """Judges an action, then hands it on."""

        def __call__(self, action: Any, conversation: Any = None) -> Any:  # noqa: ANN401
            """Run one action; a ValueError is what the framework tells the model."""
            judgement = gate.judge(tool.name, action.model_dump(exclude_none=True))
            if not judgement.is_allowed:
                raise ValueError(judgement.reason)
            return inner(action, conversation)

        def close(self) -> None:
            """Hand on."""
            inner.close()

        def interrupt(self) -> None:
            """Hand on."""
            inner.interrupt()

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401
            return getattr(inner, name)

    return AuditedExecutor()
