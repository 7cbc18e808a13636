"""Proofs to wait for: what must be seen so that every pending finding is confirmed, and a trial can end early.

Takes the predicted effects of findings; gives None where one cannot be told while the script runs,
and then the trial goes on to its end. The judgement afterwards does not rest on these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model.effect import Effect
from auditor.trial.sinkhole.bodies import BEACON
from auditor.trial.sinkhole.events import SinkEvent
from auditor.trial.trace import Call, string_of

_SSH_CLIENTS = frozenset({"ssh", "autossh"})
_PROTOCOLS = {"stratum.login": "stratum", "stratum.subscribe": "stratum", "net.connect": "tcp", "ssh.open": "ssh"}
_HOST_AT = {"stratum.login": 1, "stratum.subscribe": 1, "net.connect": 2, "ssh.open": 2}


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing to be seen: a sinkhole event of a kind, `exec` of a program, or `beacon`, a download that was run."""

    kind: str
    name: str = ""
    """The event's host or the program's name; empty for any."""

    def is_in_event(self, event: SinkEvent) -> bool:
        """Whether an event of the sinkhole is this."""
        return event.kind == self.kind and self.name in {"", event.host}

    def is_in_call(self, call: Call, nonce: str) -> bool:
        """Whether a system call is this."""
        if call.name != "execve" or self.kind not in {"exec", "beacon"}:
            return False
        path = (string_of(call.arguments[0]) or b"").decode("utf-8", "replace")
        if self.kind == "beacon":
            return path.startswith(f"{BEACON}/{nonce}/")
        return call.succeeded and path.rpartition("/")[2] == self.name


def proofs_of(effects: Iterable[Effect]) -> tuple[Proof, ...] | None:
    """Give what proves all effects; None where one of them has no proof that can be waited for."""
    proofs: list[Proof] = []
    for effect in effects:
        proof = _proof_of(effect)
        if proof is None:
            return None
        proofs.append(proof)
    return tuple(dict.fromkeys(proofs)) or None


def _proof_of(effect: Effect) -> Proof | None:
    name = effect.name
    texts = [word.text for word in effect.words]
    if name is None or len(effect.stages) != 1:
        return None
    if name in _SSH_CLIENTS:
        return Proof("ssh-forward") if "-R" in texts else None
    if name == "ssh.forward":
        return Proof("ssh-forward") if "remote" in texts else None
    if name == "code.fetch":
        return Proof("beacon")
    if name in _PROTOCOLS:
        at = _HOST_AT[name]
        return Proof(_PROTOCOLS[name], (texts[at] or "").lower() if len(texts) > at else "")
    return Proof("exec", name.rpartition("/")[2]) if "." not in name else None
