"""What the server does with one request: payload to Call, Call to Ruling, Ruling to the host's own answer.

Never raises: a failure is the policy's `on_error`, by default a denial with the reason.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import msgspec

from auditor.gate.approvals import take
from auditor.gate.calls import SILENCE, Answer, Call, Unclear
from auditor.gate.decisions import Ruling, call_id, rule_on
from auditor.gate.hosts import HOSTS, UNKNOWN, Host, recognise
from auditor.gate.log import DecisionLog
from auditor.gate.sessions import Session, Sessions
from auditor.model.verdict import Verdict
from auditor.pipeline import Auditor, Clock
from auditor.render.redact import redact

_MARGIN_SECONDS = 0.3


class Service:
    """Answers requests with one warm Auditor. Thread-safe."""

    def __init__(self, auditor: Auditor, state: Path, *, on_error_allows: bool = False) -> None:
        self._auditor = auditor
        self._sessions = Sessions()
        self._log = DecisionLog(state)
        self._approvals = state / "approvals"
        self._on_error_allows = on_error_allows
        self._lock = threading.Lock()
        self.counts: dict[str, int] = {"allow": 0, "review": 0, "deny": 0, "error": 0}

    def answer(self, agent: str, payload: bytes, seconds: float) -> Answer:
        """Answer one payload within a time. Never raises."""
        begin = time.monotonic()
        host = HOSTS.get(agent, UNKNOWN)
        try:
            body = msgspec.json.decode(payload)
            if not isinstance(body, dict):
                raise Unclear("the payload is no JSON object")
            host = HOSTS.get(agent) or recognise(body)
            call = host.read(body)
            ruling = self._rule(call, begin + seconds - _MARGIN_SECONDS)
            self._note(call, ruling, begin)
            return _answer(host, ruling)
        except Exception as error:  # the gate's boundary: whatever failed, the host gets an answer
            return self._failed(host, agent, error, begin)

    def _rule(self, call: Call, end: float) -> Ruling:
        ruling = rule_on(call, self._sessions.of(call), self._auditor, Clock(end))
        if ruling.verdict is Verdict.ALLOW:
            return ruling
        approval = take(self._approvals, call_id(call))
        if approval is None:
            return ruling
        who, why = approval.get("who", ""), approval.get("why", "")
        self._log.write(event="override", id=ruling.id, who=who, why=why, rules=ruling.rules, was=ruling.verdict.value)
        return replace(ruling, verdict=Verdict.ALLOW, would_be=ruling.verdict)

    def _note(self, call: Call, ruling: Ruling, begin: float) -> None:
        with self._lock:
            self.counts[ruling.verdict.value] += 1
        self._log.write(
            event="decision", id=ruling.id, agent=call.agent, session=call.session, tool=call.tool,
            verdict=ruling.verdict.value, would_be=(ruling.would_be or ruling.verdict).value, rules=ruling.rules,
            reason=redact(ruling.reason), milliseconds=round((time.monotonic() - begin) * 1000, 2),
        )  # fmt: skip

    def _failed(self, host: Host, agent: str, error: Exception, begin: float) -> Answer:
        with self._lock:
            self.counts["error"] += 1
        self._log.write(
            event="error", agent=agent, error=redact(f"{type(error).__name__}: {error}"[:300]),
            milliseconds=round((time.monotonic() - begin) * 1000, 2),
        )  # fmt: skip
        if self._on_error_allows:
            return SILENCE
        why = str(error) if isinstance(error, Unclear) else type(error).__name__
        return host.deny(f"no verdict was reached ({why}), so this call is denied")

    def sessions(self) -> tuple[Session, ...]:
        """Give the sessions that are remembered."""
        return tuple(self._sessions)

    def metrics(self) -> str:
        """Give the counts in Prometheus' text format."""
        lines = ["# HELP auditor_decisions_total Decisions by verdict.", "# TYPE auditor_decisions_total counter"]
        lines += [f'auditor_decisions_total{{verdict="{name}"}} {count}' for name, count in sorted(self.counts.items())]
        lines += ["# TYPE auditor_log_lost_total counter", f"auditor_log_lost_total {self._log.lost}"]
        return "\n".join(lines) + "\n"


def _answer(host: Host, ruling: Ruling) -> Answer:
    if ruling.verdict is Verdict.ALLOW:
        return SILENCE
    reason = f"{ruling.reason}. (decision {ruling.id})"
    return host.deny(reason) if ruling.verdict is Verdict.DENY else host.ask(reason)
