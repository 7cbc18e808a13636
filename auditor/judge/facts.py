"""Facts: what an effect says about the world, by which a prediction and an observation can be compared.

Two effects agree when no fact that both know differs; an unknown part agrees with anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from auditor.model.effect import Effect
from auditor.model.word import Word

Facts = dict[str, frozenset[str]]
"""By name, the values that a fact may have; a name that is absent is unknown."""

_SSH_CLIENTS = frozenset({"ssh", "autossh", "plink", "dbclient", "sshuttle", "conch"})
_FORWARD = re.compile(r"^(?:(?:\[[^\]]*\]|[^:\[\]]*):)?(\d+)(?::(.+):(\d+|\S*))?$")
_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_POSITIONS: dict[str, tuple[str, ...]] = {
    "net.connect": ("", "host", "port"),
    "net.listen": ("", "address", "port"),
    "dns.query": ("host",),
    "tls.hello": ("host",),
    "ssh.open": ("user", "host", "port"),
    "ssh.forward": ("direction", "bind_port"),
    "stratum.login": ("host", "port", "wallet"),
    "stratum.subscribe": ("host", "port"),
    "process.stdio": ("", "host", "port"),
    "cloud.provision": ("provider", "service", "type", "count", "region"),
    "code.fetch": ("url",),
    "http.request": ("method", "url"),
    "file.write": ("path",),
    "file.read": ("path",),
    "file.delete": ("path",),
}
_GENERIC = frozenset({"default", "unknown", "any", "*", "0.0.0.0", "::", ""})  # noqa: S104  (words, not a bind)


def facts_of(effect: Effect) -> Facts:
    """Give the facts of an effect; of a program start, those of its options and operands that are understood."""
    words = effect.stages[0]
    name = words[0].text or ""
    if name in _POSITIONS:
        return _with_url(_positional(words[1:], _POSITIONS[name]))
    if name in _SSH_CLIENTS:
        return _ssh(words[1:])
    return _operands(words[1:])


def agree(one: Facts, other: Facts) -> bool:
    """Whether nothing that both know differs."""
    return all(not values or not other.get(name) or values & other[name] for name, values in one.items())


def shared(one: Facts, other: Facts) -> bool:
    """Whether there is a fact that both know."""
    return any(values and other.get(name) for name, values in one.items())


def _positional(words: Sequence[Word], names: Sequence[str]) -> Facts:
    facts: Facts = {}
    for name, word in zip(names, words, strict=False):
        text = word.text
        if name and text is not None and text not in _GENERIC:
            facts[name] = frozenset({_normal(name, text)})
    return facts


def _with_url(facts: Facts) -> Facts:
    hosts = set(facts.get("host", frozenset()))
    for url in facts.get("url", frozenset()):
        try:
            host = urlsplit(url if _URL.match(url) else f"http://{url}").hostname
        except ValueError:
            host = None
        if host:
            hosts.add(host.lower())
    return {**facts, "host": frozenset(hosts)} if hosts else facts


def _ssh(words: Sequence[Word]) -> Facts:
    """Give host, user, port and the ports of forwards of an ssh command in normal form."""
    facts: dict[str, set[str]] = {}
    skip = ""
    operands: list[str] = []
    for word in words:
        text = word.text
        if skip:
            if skip in {"-R", "-L", "-D"} and text is not None and (match := _FORWARD.match(text)):
                facts.setdefault("bind_port", set()).add(match[1])
            elif skip == "-p" and text is not None:
                facts.setdefault("port", set()).add(text)
            elif skip == "-l" and text is not None:
                facts.setdefault("user", set()).add(text)
            skip = ""
        elif text is not None and re.fullmatch(r"-[A-Za-z]", text):
            skip = text if text[1] in "RLDpliFoJWwbcEeImOQSBP" else ""
        elif text is not None:
            operands.append(text)
        else:
            operands.append("")
    target = operands[0] if operands else ""
    if target:
        user, _, host = target.rpartition("@")
        facts.setdefault("host", set()).add(host.lower())
        if user:
            facts.setdefault("user", set()).add(user)
    return {name: frozenset(values - {"0"}) for name, values in facts.items() if values}


def _operands(words: Sequence[Word]) -> Facts:
    """Give URLs, `host:port` pairs and hosts named on a command line."""
    urls, hosts = set(), set()
    for word in words:
        text = word.text
        if text is None:
            continue
        if _URL.match(text):
            urls.add(text)
        elif match := re.fullmatch(r"([\w.-]+\.[\w.-]+):(\d{1,5})", text):
            hosts.add(match[1].lower())
    facts: Facts = {"url": frozenset(urls)} if urls else {}
    return _with_url({**facts, "host": frozenset(hosts)} if hosts else facts)


def _normal(name: str, text: str) -> str:
    if name == "host":
        host = text.lower().rstrip(".")
        return "localhost" if host in {"127.0.0.1", "::1", "[::1]"} else host
    if name == "url":
        return text.rstrip("/")
    if name == "path":
        return re.sub(r"^\./|^/home/[^/]+/|^/root/|^\$HOME/", lambda match: "" if match[0] == "./" else "~/", text)
    return text
