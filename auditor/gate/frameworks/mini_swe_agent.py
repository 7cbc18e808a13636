"""mini-swe-agent: an environment around any of its environments (local, Docker, …).

>>> agent = DefaultAgent(model, environment(LocalEnvironment()), …)
"""

from __future__ import annotations

from typing import Any

from auditor.gate.guarding import Gate

NOT_PERMITTED = 126


def environment(inner: Any, gate: Gate | None = None) -> Any:  # noqa: ANN401  (any of the framework's environments)
    """Give an environment that runs what the gate allows; else the reason is the command's output, with status 126."""
    return AuditedEnvironment(inner, gate or Gate(session=f"environment {id(inner):x}"))


class AuditedEnvironment:
    """Judges an action, then hands it on."""

    def __init__(self, inner: Any, gate: Gate) -> None:  # noqa: ANN401
        self._inner = inner
        self._gate = gate

    def execute(self, action: dict[str, Any], cwd: str = "", **options: Any) -> Any:  # noqa: ANN401
        """Run one action."""
        judgement = self._gate.judge("bash", action)
        if judgement.is_allowed:
            return self._inner.execute(action, cwd, **options)
        return {"output": judgement.reason, "returncode": NOT_PERMITTED, "exception_info": ""}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._inner, name)
