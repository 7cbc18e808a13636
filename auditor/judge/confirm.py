"""Confirmation: what a trial saw, held against what was predicted.

Takes findings, the trial and the rules that its observations matched; gives the findings with
their status, and the hidden ones. No status clears a finding. A finding about source text, or
about hiding, stays `predicted`: nothing in the world could confirm it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from auditor.judge.facts import agree, facts_of, shared
from auditor.model.effect import Effect
from auditor.model.finding import Evidence, Finding, Match, Status
from auditor.model.line import line_of
from auditor.model.place import START, Place
from auditor.model.reading import Reading, route
from auditor.model.trial import Observation, Trial

_UNCONFIRMABLE = frozenset({"hiding", "code-quality"})
# What proves more than that a client was started: for these families a start alone is an attempt.
_PROTOCOL_FAMILIES = frozenset({"reverse-tunnel", "dynamic-forward", "local-forward"})
_SSH_CLIENTS = frozenset({"ssh", "autossh", "plink", "dbclient", "sshpass"})
_CONNECTION = frozenset({"dns.query", "net.connect", "tls.hello"})
# What a predicted effect brings with it, by name; any other program may open connections to hosts that it names.
_IMPLIED: dict[str, frozenset[str]] = {
    "http.request": _CONNECTION,
    "stratum.login": _CONNECTION | {"stratum.subscribe"},
    "stratum.subscribe": _CONNECTION | {"stratum.login"},
    "process.stdio": _CONNECTION,
    "tls.hello": _CONNECTION,
    "net.connect": frozenset({"dns.query", "tls.hello", "http.request"}),
    "ssh.open": _CONNECTION,
    "ssh.forward": _CONNECTION | {"ssh.open"},
    "code.fetch": _CONNECTION | {"http.request"},
    "cloud.provision": _CONNECTION | {"http.request"},
    **dict.fromkeys(_SSH_CLIENTS, _CONNECTION | {"ssh.open", "ssh.forward"}),
}
_BY_PROGRAMS = _CONNECTION | {"http.request", "stratum.login", "stratum.subscribe", "file.write", "cloud.provision"}
_MOST_EVIDENCE = 5
_SPOKEN = frozenset({"http", "ssh", "ssh-forward", "stratum"})


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation and the findings' rules that its effect matched."""

    observation: Observation
    matches: tuple[Match, ...]

    @property
    def families(self) -> frozenset[str]:
        """The families of the rules matched."""
        return frozenset(match.rule.family for match in self.matches)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of a trial: of its observations, and of code that appeared, with the call that ran it."""

    matches: tuple[Match, ...] = ()
    emerged: tuple[tuple[Match, Evidence], ...] = ()


def confirm(reading: Reading, findings: Iterable[Finding], trial: Trial, judged: Judged) -> tuple[Finding, ...]:
    """Give the findings with what the trial says of each, and behind them what it saw and nothing predicted."""
    by_effect: dict[Effect, list[Match]] = {}
    for match in judged.matches:
        if match.effect is not None:
            by_effect.setdefault(match.effect, []).append(match)
    seen = tuple(Seen(each, tuple(by_effect.get(each.effect, ()))) for each in trial.observed)
    predicted = {line_of(effect): effect for effect in reading.effects}
    kept = tuple(_with_status(reading, finding, trial, seen, predicted) for finding in findings)
    hidden = _hidden(reading, kept, seen)
    return (*kept, *hidden, *_emerged(reading, (*kept, *hidden), judged.emerged))


def is_confirmable(finding: Finding) -> bool:
    """Whether something in the world could confirm a finding: one of source text, or of hiding, stays predicted."""
    return finding.effect is not None and finding.rule.family not in _UNCONFIRMABLE


def _with_status(
    reading: Reading, finding: Finding, trial: Trial, seen: Sequence[Seen], predicted: dict[str, Effect]
) -> Finding:
    effect = predicted.get(finding.effect or "")
    if effect is None or finding.rule.family in _UNCONFIRMABLE:
        return finding
    agreeing = [each for each in seen if _is_same(finding, effect, each)]
    proofs = [each for each in agreeing if each.observation.succeeded and _is_proof(finding, each)]
    if proofs and trial.can_confirm:
        beside = [each for each in seen if each not in proofs and _supports(effect, each.observation)]
        evidence = (*_evidence(proofs), *_evidence(beside))[:_MOST_EVIDENCE]
        return replace(finding, status=Status.CONFIRMED, evidence=evidence)
    if agreeing:
        return replace(finding, status=Status.ATTEMPTED, evidence=_evidence(agreeing))
    if not trial.is_complete:
        return replace(finding, status=Status.INCONCLUSIVE)
    line = route(reading.units, finding.place)[0].span
    if trial.reached is None:
        return replace(finding, status=Status.INCONCLUSIVE)
    was_reached = any(number in trial.reached for number in range(line.line, line.end_line + 1))
    return replace(finding, status=Status.NOT_OBSERVED if was_reached else Status.NOT_REACHED)


def _is_same(finding: Finding, effect: Effect, seen: Seen) -> bool:
    """Whether an observation is the predicted behaviour: the same words, or its family's rule on facts that agree."""
    observed = seen.observation.effect
    if is_instance(effect, observed):
        return True
    if effect.name == "code.load" and observed.name == "code.fetch":
        return "network" in {word.text for word in effect.words}  # the download that was run is what was loaded
    if finding.rule.family not in seen.families:
        return False
    ours, theirs = facts_of(effect), facts_of(observed)
    return agree(ours, theirs) and (
        shared(ours, theirs) or not ours or observed.name in _IMPLIED.get(effect.name or "", ())
    )


def _is_proof(finding: Finding, seen: Seen) -> bool:
    name = seen.observation.effect.name or ""
    return finding.rule.family not in _PROTOCOL_FAMILIES or name not in _SSH_CLIENTS


def _supports(effect: Effect, observation: Observation) -> bool:
    """Whether an observation is what the sinkhole understood of a confirmed effect: the request that fetched it."""
    spoken = observation.evidence.event in _SPOKEN and observation.evidence.source == "sinkhole"
    return spoken and observation.succeeded and implies(effect, observation.effect)


def is_instance(predicted: Effect, observed: Effect) -> bool:
    """Whether an observed effect is a predicted one: known words are the same, in order; of a pipeline, one stage."""
    theirs = observed.stages[0]
    return any(stage[0].text == theirs[0].text and _stage_agrees(stage, theirs) for stage in predicted.stages)


def _stage_agrees(predicted: Sequence[object], observed: Sequence[object]) -> bool:
    """Whether known words are the same, in order; an unknown word stands for any number of words."""
    theirs = [str(word) for word in observed]
    is_file = bool(theirs) and theirs[0].startswith("file.")
    position = 0
    for word in predicted:
        text = getattr(word, "text", None)
        if text is None:
            continue
        wanted = text.removeprefix("./")
        while position < len(theirs) and not _is_word(wanted, theirs[position].removeprefix("./"), is_file=is_file):
            position += 1
        if position == len(theirs):
            return False
        position += 1
    return True


def _is_word(wanted: str, seen: str, *, is_file: bool) -> bool:
    """Whether words are the same; a relative path is the end of an absolute one, as the script changed directory."""
    return seen == wanted or (is_file and not wanted.startswith(("/", "~")) and seen.endswith(f"/{wanted}"))


def _hidden(reading: Reading, findings: Sequence[Finding], seen: Sequence[Seen]) -> tuple[Finding, ...]:
    """Make findings of observations that a rule minds and that nothing predicted implies."""
    hidden: dict[tuple[str, str], Finding] = {}
    confirmed = {(item.event, item.detail) for finding in findings for item in finding.evidence}
    for each in seen:
        observation = each.observation
        key = (observation.evidence.event, observation.evidence.detail)
        if (
            not each.matches
            or key in confirmed
            or any(implies(effect, observation.effect) for effect in reading.effects)
        ):
            continue
        for match in each.matches:
            finding = _hidden_finding(match, observation.effect, observation.evidence)
            hidden.setdefault((match.rule.id, finding.effect or ""), finding)
    return tuple(hidden.values())


def _emerged(
    reading: Reading, findings: Iterable[Finding], emerged: Iterable[tuple[Match, Evidence]]
) -> tuple[Finding, ...]:
    """Make findings of what code does that nobody had read before it ran, and that is not told already."""
    told = {(finding.rule.id, finding.effect) for finding in findings}
    new: dict[tuple[str, str], Finding] = {}
    for match, evidence in emerged:
        if match.effect is None or any(implies(effect, match.effect) for effect in reading.effects):
            continue
        finding = _hidden_finding(match, match.effect, evidence)
        if (finding.rule.id, finding.effect) not in told:
            new.setdefault((finding.rule.id, finding.effect or ""), finding)
    return tuple(new.values())


def _hidden_finding(match: Match, effect: Effect, evidence: Evidence) -> Finding:
    line = line_of(effect)
    digest = hashlib.sha256(f"hidden\0{match.rule.id}\0{line}".encode("utf-8", "surrogatepass")).hexdigest()
    return Finding(
        rule=match.rule, status=Status.HIDDEN, message=match.message, place=Place(0, START), effect=line,
        fingerprint=digest, engines=(match.rule.engine,), evidence=(evidence,),
    )  # fmt: skip


def implies(predicted: Effect, observed: Effect) -> bool:
    """Whether a predicted effect brings an observed one with it."""
    name = predicted.name or ""
    if is_instance(predicted, observed):
        return True
    implied = _IMPLIED.get(name, frozenset() if "." in name else _BY_PROGRAMS)
    if observed.name not in implied:
        return False
    ours, theirs = facts_of(predicted), facts_of(observed)
    if name in _SSH_CLIENTS and (observed.name or "") == "net.connect" and "localhost" in theirs.get("host", ()):
        return True
    return agree(ours, theirs) and shared(ours, theirs)


def _evidence(seen: Sequence[Seen]) -> tuple[Evidence, ...]:
    order = {"sinkhole": 0, "strace": 1, "files": 2}
    ranked = sorted((each.observation.evidence for each in seen), key=lambda item: order.get(item.source, 3))
    return tuple(ranked[:_MOST_EVIDENCE])
