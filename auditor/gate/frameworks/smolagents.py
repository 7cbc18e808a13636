"""smolagents: an executor around the executor of a CodeAgent. State lasts between steps, so one Gate is one session.

>>> agent = CodeAgent(tools=[], model=model, executor=executor(LocalPythonExecutor([])))
"""

from __future__ import annotations

from typing import Any

from auditor.gate.guarding import Denied, Gate


def executor(inner: Any, gate: Gate | None = None) -> Any:  # noqa: ANN401  (the framework's class)
    """Give an executor that runs what the gate allows; a denial becomes the step's error."""
    from smolagents.local_python_executor import PythonExecutor  # type: ignore[import-not-found]

    asking = gate or Gate(session=f"executor {id(inner):x}")

    class AuditedExecutor(PythonExecutor):  # type: ignore[misc]
        """Judges code, then hands it on."""

        def send_tools(self, tools: dict[str, Any]) -> None:
            """Hand tools on."""
            inner.send_tools(tools)

        def send_variables(self, variables: dict[str, Any]) -> None:
            """Hand variables on."""
            inner.send_variables(variables)

        def __call__(self, code_action: str) -> Any:  # noqa: ANN401
            judgement = asking.judge_code(code_action)
            if not judgement.is_allowed:
                raise Denied(judgement.reason)
            return inner(code_action)

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401
            return getattr(inner, name)

    return AuditedExecutor()
