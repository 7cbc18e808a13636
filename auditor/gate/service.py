"""What the server does with one request: payload to Call, Call to Ruling, Ruling to the host's own answer.

Never raises: a failure is the policy's `on_error`, by default a denial with the reason.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import msgspec

from auditor.gate.approvals import take
from auditor.gate.calls import SILENCE, Answer, Call, Unclear
from auditor.gate.decisions import Ruling, rule_on
from auditor.gate.engine import Engine
from auditor.gate.hosts import UNKNOWN, Host, named, recognise
from auditor.gate.log import DecisionLog
from auditor.gate.metrics import Metrics
from auditor.gate.sessions import Session, Sessions
from auditor.model.verdict import Verdict
from auditor.pipeline import Auditor, Clock
from auditor.render.redact import redact

_MARGIN_SECONDS = 0.3
_LOGGED = 300
"""Characters of a name that the log keeps: long ones would turn the log over."""


class Service:
    """Answers requests with a warm engine. Thread-safe."""

    def __init__(self, engine: Engine, state: Path) -> None:
        self._engine = engine
        self._sessions = Sessions()
        self._log = DecisionLog(state)
        self._approvals = state / "approvals"
        self._metrics = Metrics()

    def answer(self, agent: str, payload: bytes, seconds: float) -> Answer:
        """Answer one payload within a time. Never raises."""
        begin = time.monotonic()
        host = named(agent) or UNKNOWN
        try:
            with self._engine.lent() as auditor:
                try:
                    body = msgspec.json.decode(payload)
                    if not isinstance(body, dict):
                        raise Unclear("the payload is no JSON object")
                    host = named(agent) or recognise(body)
                    call = host.read(body)
                    ruling = self._rule(call, auditor, begin + seconds - _MARGIN_SECONDS)
                    self._note(call, ruling, begin)
                    return _answer(host, ruling)
                except Exception as error:  # the gate's boundary: whatever failed, the host gets an answer
                    return self._failed(host, error, begin, is_allowing=auditor.policy.on_error is Verdict.ALLOW)
        except Exception as error:
            return self._failed(host, error, begin, is_allowing=False)

    def busy(self, agent: str, begin: float) -> Answer:
        """Answer that there was no room for a request in its time."""
        self._metrics.count("busy", (time.monotonic() - begin) * 1000)
        self._log.write(event="busy", agent=agent)
        return (named(agent) or UNKNOWN).deny("the gate is busy, so this call is denied. Try again")

    def note(self, event: str, **fields: object) -> None:
        """Log something that is no decision: a start, a reload, a policy that could not be read."""
        self._log.write(event=event, **fields)

    def sessions(self) -> tuple[Session, ...]:
        """Give the sessions that are remembered."""
        return tuple(self._sessions)

    def metrics(self) -> str:
        """Give counts and times in Prometheus' text format."""
        return self._metrics.text(
            sessions=len(self._sessions), log_lost_total=self._log.lost, reloads_total=self._engine.reloads
        )

    def health(self) -> dict[str, object]:
        """Judge a call that must be denied, and say how that went."""
        begin = time.monotonic()
        with self._engine.lent() as auditor:
            report = auditor.audit("ssh -N -R 1:localhost:22 health@host.invalid", language="bash", deadline_seconds=20)
            tool = report.tool
        is_healthy = report.decision.would_be is Verdict.DENY
        return {
            "healthy": is_healthy, "pid": os.getpid(), "version": tool.version, "ruleset": tool.ruleset,
            "policy": tool.policy, "milliseconds": round((time.monotonic() - begin) * 1000, 2),
        }  # fmt: skip

    def _rule(self, call: Call, auditor: Auditor, end: float) -> Ruling:
        ruling = rule_on(call, self._sessions.of(call), auditor, Clock(end))
        if ruling.verdict is Verdict.ALLOW:
            return ruling
        approval = take(self._approvals, ruling.id)
        if approval is None:
            return ruling
        who, why = approval.get("who", ""), approval.get("why", "")
        self._log.write(event="override", id=ruling.id, who=who, why=why, rules=ruling.rules, was=ruling.verdict.value)
        return replace(ruling, verdict=Verdict.ALLOW, would_be=ruling.verdict)

    def _note(self, call: Call, ruling: Ruling, begin: float) -> None:
        milliseconds = (time.monotonic() - begin) * 1000
        self._metrics.count(ruling.verdict.value, milliseconds)
        self._log.write(
            event="decision", id=ruling.id, agent=call.agent, session=call.session[:_LOGGED], tool=call.tool[:_LOGGED],
            verdict=ruling.verdict.value, would_be=(ruling.would_be or ruling.verdict).value, rules=ruling.rules,
            reason=redact(ruling.reason), milliseconds=round(milliseconds, 2),
        )  # fmt: skip

    def _failed(self, host: Host, error: Exception, begin: float, *, is_allowing: bool) -> Answer:
        milliseconds = (time.monotonic() - begin) * 1000
        self._metrics.count("error", milliseconds)
        self._log.write(
            event="error", agent=host.name, error=redact(f"{type(error).__name__}: {error}"[:300]),
            milliseconds=round(milliseconds, 2),
        )  # fmt: skip
        if is_allowing:
            return SILENCE
        why = str(error) if isinstance(error, Unclear) else type(error).__name__
        return host.deny(f"no verdict was reached ({why}), so this call is denied")


def _answer(host: Host, ruling: Ruling) -> Answer:
    if ruling.verdict is Verdict.ALLOW:
        return SILENCE
    reason = f"{ruling.reason}. (decision {ruling.id})"
    return host.deny(reason) if ruling.verdict is Verdict.DENY else host.ask(reason)
