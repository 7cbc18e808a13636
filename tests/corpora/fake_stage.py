"""A stage without engines: the text says what is found, and what becomes of the process that audits it."""

from __future__ import annotations

import os
import signal
import time

from auditor.corpora.audited import Audited, FindingRow, GapRow, Item, decode_request, encode
from auditor.corpora.hosts import hosts_of

EFFECT = "ssh -N -R 2222:localhost:22 ops@203.0.113.5"


def handle(body: bytes) -> bytes:
    """Audit the scripts of a request."""
    request = decode_request(body)
    count_file = os.environ.get("AUDITOR_FAKE_COUNT", "")
    assert not count_file, "a worker inherits nothing"
    return encode(tuple(answer(item) for item in request.items))


def answer(item: Item) -> Audited:
    """Say what the text says."""
    text = item.data.decode("utf-8", "replace")
    if "kill-the-worker" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hang-the-worker" in text:
        time.sleep(3_600)
    if "raise-in-the-worker" in text:
        raise ValueError("raised")
    if "engine-is-missing" in text:
        raise EngineError("no Semgrep")
    if "slow" in text:
        time.sleep(0.05)
    language = item.language or "bash"
    if "nobody-reads-this" in text:
        return Audited(
            language,
            "review",
            "review",
            gaps=(GapRow("read", "no reader for this language", language),),
            is_unread=True,
        )
    if "gap" in text:
        return Audited(language, "review", "review", gaps=(GapRow("read", "too deep", "nested", 1),), text=text)
    held = [content for _, content in item.files if "deny" in content]
    for verdict in ("deny", "review"):
        if verdict in text or (verdict == "deny" and held):
            return Audited(language, verdict, verdict, ("finding",), (finding(verdict),), text=text)
    return Audited(language, "allow", "allow")


def finding(outcome: str = "deny") -> FindingRow:
    """Make a finding."""
    return FindingRow(
        rule="ssh-remote-forward",
        title="A reverse tunnel",
        family="reverse-tunnel",
        severity="high",
        confidence="high",
        status="predicted",
        outcome=outcome,
        message="a port of this machine is opened elsewhere",
        effect=EFFECT,
        line=1,
        column=1,
        end_line=1,
        end_column=5,
        hosts=hosts_of(EFFECT),
        trail="[]",
        evidence="[]",
        engines=("semgrep",),
        fingerprint="ab" * 32,
    )


class EngineError(Exception):
    """Has the name of the error that says that no script can be audited."""
