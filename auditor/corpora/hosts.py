"""The hosts and pools that an effect names: a report groups by them.

Takes an effect's line, gives `host` or `host:port` in the order of the line, without repeats.
Names that are unknown, this machine itself or wildcards are left out.
"""

from __future__ import annotations

import re

from auditor.model.line import read_line

_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20})://(?:[^\s/@]{0,200}@)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]{1,253})(?::(\d{1,5}))?"
)
_ADDRESS = re.compile(r"(?:[\w.-]{1,64}@)((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{1,63}|\d{1,3}(?:\.\d{1,3}){3})")
_NAMED = re.compile(r"((?:[A-Za-z0-9_-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{1,62}|\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})")
_HERE = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::1", "[::1]", "*", ""})  # noqa: S104
_HOST_AT = {
    "net.connect": 2,
    "ssh.open": 2,
    "process.stdio": 2,
    "stratum.login": 1,
    "stratum.subscribe": 1,
    "dns.query": 1,
    "tls.hello": 1,
}
_WORDS = 200


def hosts_of(line: str) -> tuple[str, ...]:
    """Give the hosts that an effect's line names."""
    try:
        stages = read_line(line)
    except ValueError:
        return ()
    found: dict[str, None] = {}
    for stage in stages:
        words = [word.text for word in stage[:_WORDS]]
        at = _HOST_AT.get(words[0] or "")
        if at is not None and at < len(words):
            host = words[at]
            port = words[at + 1] if at + 1 < len(words) else None
            if host is not None:
                _keep(found, host, port if port is not None and port.isdecimal() else None)
            continue
        for word in words:
            for pattern in (_URL, _ADDRESS, _NAMED):
                for match in pattern.finditer((word or "")[:2_000]):
                    _keep(found, match[1], match[2] if pattern is not _ADDRESS else None)
    return tuple(found)


def _keep(found: dict[str, None], host: str, port: str | None) -> None:
    if host.lower() not in _HERE:
        found[f"{host.lower()}:{port}" if port else host.lower()] = None
