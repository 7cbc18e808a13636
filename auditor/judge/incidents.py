"""Incidents: findings that strengthen each other, raised as one finding with all its places.

Takes a reading, its findings and the incidents of the ruleset; gives one finding for each incident whose parts
are all there, each part by something of its own. What a grant or the baseline covers is no part of any. Where a
trial confirmed every part, the incident is confirmed.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from auditor.judge.wallets import wallets_in
from auditor.model.effect import Effect
from auditor.model.finding import Finding, Status
from auditor.model.incident import Incident, Part
from auditor.model.line import line_of
from auditor.model.place import Place
from auditor.model.reading import Reading, route

FAMILY = "incident"
_MOST_PLACES = 16
_TELLING = frozenset({"echo", "printf", "grep", "egrep", "fgrep", "rg", "sed", "awk", "git", "cat", "env.set"})
"""Programs to which an address is text; a variable's value may be anything."""
_CONNECTING = frozenset({"ping", "ping6", "nc", "ncat", "netcat", "telnet", "ssh", "sshpass", "arping", "tcping"})


@dataclass(frozen=True, slots=True)
class _Sign:
    """Something that may fill a part: what it is, so that it is counted once, and where."""

    identity: str
    place: Place
    line: int
    is_confirmed: bool


def incidents_of(reading: Reading, findings: Sequence[Finding], incidents: Iterable[Incident]) -> tuple[Finding, ...]:
    """Give the incidents that some findings, and the effects of their script, make up."""
    if not findings and not reading.effects:
        return ()
    found: list[Finding] = []
    lines = tuple(line_of(effect) for effect in reading.effects)
    signs: dict[Part, tuple[_Sign, ...]] = {}
    for incident in incidents:
        parts = []
        for part in incident.parts:
            if part not in signs:
                signs[part] = tuple(_signs(part, reading, lines, findings))
            parts.append(signs[part])
        if not all(parts):
            continue
        if incident.is_one_line:
            found += _on_one_line(incident, parts)
        elif _are_distinct(parts):
            found.append(_finding(incident, parts))
    return tuple(found)


def _on_one_line(incident: Incident, parts: Sequence[Sequence[_Sign]]) -> Iterator[Finding]:
    by_line: dict[int, list[list[_Sign]]] = {}
    for index, signs in enumerate(parts):
        for sign in signs:
            by_line.setdefault(sign.line, [[] for _ in parts])[index].append(sign)
    for _, here in sorted(by_line.items(), key=lambda item: item[0]):
        if all(here) and _are_distinct(here):
            yield _finding(incident, here)


def _signs(part: Part, reading: Reading, lines: Sequence[str], findings: Sequence[Finding]) -> Iterator[_Sign]:
    if part.hosts or part.ports:
        yield from _swept(part, reading)
    if part.wallet:
        for effect, text in zip(reading.effects, lines, strict=True):
            if effect.name not in _TELLING and any(wallets_in(word.text or "") for word in effect.words[1:]):
                yield _sign(reading, text, effect.place, is_confirmed=False)
    if part.effect:
        pattern = _compiled(part.effect)
        for effect, text in zip(reading.effects, lines, strict=True):
            if pattern.match(text):
                yield _sign(reading, text, effect.place, is_confirmed=False)
    if part.rules or part.families:
        for finding in findings:
            if _fits(part, finding):
                yield _sign(
                    reading, finding.effect or finding.fingerprint, finding.place,
                    is_confirmed=finding.status in (Status.CONFIRMED, Status.HIDDEN),
                )  # fmt: skip


def _fits(part: Part, finding: Finding) -> bool:
    rule = finding.rule
    named = rule.id in part.rules or rule.family in part.families
    return named and rule.family != FAMILY and (not part.severities or rule.severity in part.severities)


def _sign(reading: Reading, identity: str, place: Place, *, is_confirmed: bool) -> _Sign:
    return _Sign(identity, place, route(reading.units, place)[0].span.line, is_confirmed)


def _are_distinct(parts: Sequence[Sequence[_Sign]]) -> bool:
    """Whether each part can be filled by a sign of its own (Kuhn's matching; there are few parts)."""
    chosen: dict[str, int] = {}
    # a part with as many identities as there are parts always finds one that is left
    names = [list(dict.fromkeys(sign.identity for sign in signs))[: len(parts)] for signs in parts]

    def place(index: int, tried: set[str]) -> bool:
        for name in names[index]:
            if name not in tried:
                tried.add(name)
                if name not in chosen or place(chosen[name], tried):
                    chosen[name] = index
                    return True
        return False

    return all(place(index, set()) for index in range(len(parts)))


def _finding(incident: Incident, parts: Sequence[Sequence[_Sign]]) -> Finding:
    card = incident.card
    signs = [sign for signs in parts for sign in signs]
    places = list(dict.fromkeys(sign.place for sign in signs))
    confirmed = all(any(sign.is_confirmed for sign in signs) for signs in parts)
    names = sorted({sign.identity for sign in signs})
    digest = hashlib.sha256("\0".join([card.id, *names]).encode("utf-8", "surrogatepass")).hexdigest()
    return Finding(
        rule=card,
        status=Status.CONFIRMED if confirmed else Status.PREDICTED,
        message=card.title,
        place=places[0],
        effect=None,
        fingerprint=digest,
        engines=(card.engine,),
        related=tuple(places[1 : 1 + _MOST_PLACES]),
    )


def _swept(part: Part, reading: Reading) -> Iterator[_Sign]:
    """Give a sign for each contact where so many private addresses, or ports of one host, are contacted."""
    contacts = [(contact, effect) for effect in reading.effects if (contact := _contact(effect)) is not None]
    hosts: defaultdict[str, set[str]] = defaultdict(set)
    for (host, port), _ in contacts:
        hosts[host].add(port)
    private = {host for host in hosts if _is_private(host)}
    swept = private if part.hosts and len(private) >= part.hosts else set()
    if part.ports:
        swept = swept | {host for host, ports in hosts.items() if len(ports) >= part.ports and not _is_here(host)}
    for (host, _), effect in contacts:
        if host in swept:
            yield _sign(reading, line_of(effect), effect.place, is_confirmed=False)


def _contact(effect: Effect) -> tuple[str, str] | None:
    words = [word.text for word in effect.words]
    name = words[0]
    if name == "net.connect" and len(words) > 3:
        return (words[2], words[3] or "") if words[2] else None
    if name == "http.request" and len(words) > 2 and words[2]:
        try:
            url = urlsplit(words[2])
            return (url.hostname, str(url.port or url.scheme)) if url.hostname else None
        except ValueError:
            return None
    if name in _CONNECTING:
        host = next((word for word in words[1:] if word and _is_address(word)), None)
        return (host, words[-1] or "") if host else None
    return None


@lru_cache(maxsize=4096)
def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _is_address(host: str) -> bool:
    return _address(host) is not None


def _is_here(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _is_private(host: str) -> bool:
    address = _address(host)
    return address is not None and not address.is_global and not address.is_loopback and not address.is_unspecified


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
