"""What a call's code says: the findings of the audit, and the destinations that its effects name.

Takes texts, gives what was said of each, audited in batches by one warm auditor and remembered by
text. Mention is not use: a host counts where an effect connects to it or a finding rests on it, and
not where a search merely has it as its pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from auditor.correlate.records import Alert, Code, Step, plain_address
from auditor.intake import Taken, take_bytes
from auditor.model.effect import Effect
from auditor.model.gap import Why
from auditor.model.line import line_of
from auditor.model.report import Report
from auditor.model.verdict import Verdict
from auditor.model.word import Word
from auditor.pipeline import Auditor

AGREES: Mapping[str, frozenset[str]] = {
    "mining": frozenset({"miner", "gpu-hijack"}),
    "tunnel": frozenset({"reverse-tunnel", "tunnel-service", "dynamic-forward", "local-forward", "reverse-shell"}),
    "shell": frozenset({"reverse-shell", "reverse-tunnel"}),
    "scan": frozenset({"internal-recon"}),
}
_COMBINED = "incident"
"""The family of findings that rest on several others: these are told by their techniques."""
_TECHNIQUES: Mapping[str, frozenset[str]] = {
    "mining": frozenset({"T1496", "T1496.001"}),
    "tunnel": frozenset({"T1572"}),
    "scan": frozenset({"T1046", "T1018"}),
}
_BATCH, _MOST_AGAIN, _MOST_PATIENT = 64, 8, 20
_PASSING = frozenset({Why.TIMED_OUT, Why.ENGINE_FAILED})
_HOST_AT = {
    "net.connect": 2, "ssh.open": 2, "process.stdio": 2, "stratum.login": 1, "stratum.subscribe": 1, "dns.query": 1,
    "tls.hello": 1,
}  # fmt: skip
_SPEAKERS = frozenset(
    "ssh autossh scp sftp rsync curl wget aria2c nc ncat netcat socat telnet ftp git pip pip3 npm docker openssl nmap"
    " masscan ping chisel frpc ngrok cloudflared xmrig t-rex lolMiner gminer cpuminer minerd iodine plink".split()
)
_QUIET = frozenset(
    "ls cat echo grep sed awk head tail wc sort uniq cd pwd find test true printf mkdir touch cp mv rm chmod diff ps"
    " kill pkill killall env which date sleep file stat du df".split()
)
_QUIET_EFFECTS = frozenset({"file.write", "file.read", "file.delete", "file.chmod", "process.kill", "sleep", "env.set"})
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://(?:[^\s/@]{0,200}@)?(\[[0-9a-f:.]+\]|[a-z0-9._-]{1,253})(?::(\d{1,5}))?")
_USER = re.compile(r"[\w.-]{1,64}@((?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63})")
_PAIR = re.compile(r"((?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,62}):(\d{1,5})")
_BARE = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,62}")
_QUOTED = re.compile(r'(?<=")(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,62}(?=")')
_DEFAULT_PORTS = {"ssh": 22, "autossh": 22, "scp": 22, "sftp": 22, "https": 443, "http": 80, "ssh.open": 22}
_LOCAL_GIT = frozenset(
    "status diff log add commit checkout switch branch show stash rev-parse reset restore mv rm tag blame config init"
    " apply merge rebase cherry-pick describe grep ls-files worktree clean reflog".split()
)


class Reach(Enum):
    """What a call can reach, as far as its code was read."""

    QUIET = "quiet"
    """Nothing: files and processes of its own."""
    ELSEWHERE = "elsewhere"
    """The destinations that it names, and no other."""
    UNKNOWN = "unknown"
    """Anything: it runs what was not read, or connects to what it does not name."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One finding, as an incident shows it."""

    rule: str
    title: str
    family: str
    techniques: tuple[str, ...]
    effect: str
    status: str
    line: int


@dataclass(frozen=True, slots=True)
class Said:
    """What the audit says of a call."""

    verdict: str = "allow"
    claims: tuple[Claim, ...] = ()
    hosts: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset()
    reach: Reach = Reach.UNKNOWN
    is_whole: bool = True
    """Whether all of it was read."""

    @property
    def families(self) -> frozenset[str]:
        """The families of its findings."""
        return frozenset(claim.family for claim in self.claims)

    def names(self, alert: Alert) -> bool:
        """Whether an effect reaches the alert's destination."""
        return bool(self.hosts) and (alert.dst.lower() in self.hosts or (bool(alert.name) and alert.name in self.hosts))

    def agrees(self, alert: Alert) -> tuple[Claim, ...]:
        """Give the findings that are of the alert's kind, or that reach its destination."""
        categories = {alert.category}
        if self.names(alert):
            categories.add("scan")  # a finding of a sweep rests on one of the destinations, and is of all
        named = {alert.dst.lower(), alert.name} - {""}
        return tuple(
            claim
            for claim in self.claims
            if any(_is_of(claim, category) for category in categories)
            or any(_is_word(name, claim.effect.lower()) for name in named)
        )


@dataclass(slots=True)
class Contents:
    """Audits calls, each text once; knows how many it may still audit. `patient` makes an auditor with more time, for
    what time was too short for.
    """

    auditor: Auditor
    left: int = 2_000
    patient: Callable[[], AbstractContextManager[Auditor]] | None = None
    _known: dict[tuple[Code, ...], Said] = field(default_factory=dict)

    def of(self, step: Step) -> Said | None:
        """Give what was said of a step; None where it was not audited. A call without code says what it asks for."""
        return self._known.get(step.codes) if step.codes or not step.asked else _said_of_arguments(step.asked)

    def examine(self, steps: Iterable[Step]) -> int:
        """Audit the calls of steps, the first ones first; gives how many texts were left for want of room."""
        wanted = dict.fromkeys(step.codes for step in steps if step.codes and step.codes not in self._known)
        chosen = list(wanted)[: max(self.left, 0)]
        self.left -= len(chosen)
        still: list[tuple[Code, ...]] = []
        for begin in range(0, len(chosen), _BATCH):
            late = self._audit(chosen[begin : begin + _BATCH], self.auditor)
            # A busy machine is no property of the text: once more, each for itself.
            still += [each for each in late[:_MOST_AGAIN] if self._audit([each], self.auditor)] + late[_MOST_AGAIN:]
        if still and self.patient is not None:
            with self.patient() as auditor:
                for each in still[:_MOST_PATIENT]:
                    self._audit([each], auditor)
        return len(wanted) - len(chosen)

    @property
    def partly(self) -> int:
        """How many of the audited texts were not read whole."""
        return sum(not said.is_whole for said in self._known.values())

    def _audit(self, part: Sequence[tuple[Code, ...]], auditor: Auditor) -> list[tuple[Code, ...]]:
        """Audit the texts of some calls in one batch; gives those that time was too short for."""
        codes = [code for each in part for code in each]
        reports = iter(
            auditor.audit_many([_taken(code) for code in codes], surroundings=[c.surroundings for c in codes])
        )
        late = []
        for each in part:
            own = [report for report in (next(reports) for _ in each) if isinstance(report, Report)]
            self._known[each] = said_of(own)
            if any(gap.why in _PASSING for report in own for gap in report.gaps):
                late.append(each)
        return late


def said_of(reports: Sequence[Report]) -> Said:
    """Sum up the reports of a call's texts."""
    claims: dict[Claim, None] = {}
    hosts: set[str] = set()
    ports: set[int] = set()
    reach = Reach.QUIET
    worst = Verdict.ALLOW
    for report in reports:
        worst = max(worst, report.decision.would_be, key=lambda verdict: verdict.order)
        for finding in report.findings:
            if report.decision.outcome_of(finding.fingerprint) is Verdict.ALLOW:
                continue
            techniques = tuple(dict.fromkeys((*finding.rule.attack, *finding.rule.attack_v19)))
            line = report.reading.units[0].text and finding.place.span.line
            claims[
                Claim(
                    finding.rule.id, finding.rule.title, finding.rule.family, techniques, finding.effect or "",
                    finding.status.value, line or 0,
                )
            ] = None  # fmt: skip
        found = {finding.effect for finding in report.findings if finding.effect}
        for effect in report.reading.effects:
            reached = reached_by(effect, is_found=line_of(effect) in found)
            hosts |= reached[0]
            ports |= reached[1]
            reach = _further(reach, effect, is_named=bool(reached[0]))
    is_whole = bool(reports) and not any(report.gaps for report in reports)
    if (claims and reach is Reach.QUIET) or not is_whole:
        reach = Reach.UNKNOWN
    return Said(worst.value, tuple(claims), frozenset(hosts), frozenset(ports), reach, is_whole)


def reached_by(effect: Effect, *, is_found: bool = False) -> tuple[set[str], set[int]]:
    """Give the hosts and ports that an effect reaches; `is_found` says that a finding rests on it."""
    hosts: set[str] = set()
    ports: set[int] = set()
    for stage in effect.stages:
        words = [(word.text or "").lower()[:2_000] for word in stage[:200]]
        name = words[0]
        at = _HOST_AT.get(name)
        if at is not None:
            if at < len(words) and words[at]:
                hosts.add(words[at])
                ports |= _port(words[at + 1] if at + 1 < len(words) else "")
            continue
        if not (is_found or name in _SPEAKERS or name in ("http.request", "code.fetch", "ssh.forward")):
            continue
        for index, word in enumerate(words[1:], start=1):
            _reach_word(name, words, index, hosts, ports)
            if _BARE.fullmatch(word):
                hosts.add(word)
        if name in _DEFAULT_PORTS and not ports:
            ports.add(_DEFAULT_PORTS[name])
    return {plain_address(host) for host in hosts}, ports


def _reach_word(name: str, words: Sequence[str], index: int, hosts: set[str], ports: set[int]) -> None:
    word = words[index]
    for pattern in (_URL, _PAIR):
        for match in pattern.finditer(word):
            hosts.add(match[1].strip("[]"))
            scheme = word.partition("://")[0]
            ports |= _port(match[2] or "") or ({_DEFAULT_PORTS[scheme]} if scheme in _DEFAULT_PORTS else set())
    for match in _USER.finditer(word):
        hosts.add(match[1])
    if words[index - 1] in ("-p", "--port", "-P") and name in _SPEAKERS:
        ports |= _port(word)
    elif word.isdecimal() and index > 1 and _BARE.fullmatch(words[index - 1]):
        ports |= _port(word)  # `nc host port`


@lru_cache(maxsize=4_096)
def _said_of_arguments(text: str) -> Said:
    """Read the destinations of a call that holds no code from its arguments."""
    hosts: set[str] = set()
    ports: set[int] = set()
    _reach_word("", ("", text.lower()), 1, hosts, ports)
    hosts.update(match[0] for match in _QUOTED.finditer(text.lower()))
    reach = Reach.ELSEWHERE if hosts else Reach.UNKNOWN
    return Said(hosts=frozenset(hosts), ports=frozenset(ports), reach=reach)


def _further(reach: Reach, effect: Effect, *, is_named: bool) -> Reach:
    """Give what can be reached with one effect more."""
    if reach is Reach.UNKNOWN or all(_is_quiet(stage) for stage in effect.stages):
        return reach
    return Reach.ELSEWHERE if is_named else Reach.UNKNOWN


def _is_quiet(stage: Sequence[Word]) -> bool:
    name = stage[0].text
    is_local = name == "git" and len(stage) > 1 and stage[1].text in _LOCAL_GIT
    return name in _QUIET or name in _QUIET_EFFECTS or is_local


def _is_of(claim: Claim, category: str) -> bool:
    if claim.family == _COMBINED:
        return not _TECHNIQUES.get(category, frozenset()).isdisjoint(claim.techniques)
    return claim.family in AGREES.get(category, frozenset())


def _is_word(name: str, line: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", line) is not None


def _port(text: str) -> set[int]:
    return {int(text)} if text.isdecimal() and len(text) < 6 and 0 < int(text) < 65_536 else set()


def _taken(code: Code) -> Taken:
    return take_bytes(code.data, code.path, origin="trajectory", language=code.language)
