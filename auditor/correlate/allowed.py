"""Destinations that the operator allows: a host, `*.domain`, an address or a network, with a port or without.

Benign traffic of tools (packages, clones) follows tool calls as surely as a tunnel does, so what is
allowed is left out of the test and reported apart.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.correlate.records import Alert
from auditor.errors import UsageError

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is allowed: names, endings of names, networks; each with a port, or 0 for any."""

    names: frozenset[tuple[str, int]] = frozenset()
    endings: tuple[tuple[str, int], ...] = ()
    networks: tuple[tuple[_Network, int], ...] = ()

    def permits(self, alert: Alert) -> bool:
        """Whether an alert's destination is allowed."""
        for host in {alert.dst.lower(), alert.name} - {""}:
            if (host, 0) in self.names or (host, alert.dst_port) in self.names:
                return True
            if any(host.endswith(ending) and port in (0, alert.dst_port) for ending, port in self.endings):
                return True
        if not self.networks:
            return False
        try:
            address = ipaddress.ip_address(alert.dst)
        except ValueError:
            return False
        return any(address in network and port in (0, alert.dst_port) for network, port in self.networks)


def allowed_of(given: Sequence[str]) -> Allowed:
    """Read what the operator allows; raises UsageError."""
    names: set[tuple[str, int]] = set()
    endings: list[tuple[str, int]] = []
    networks: list[tuple[_Network, int]] = []
    for text in given:
        host, port = _split(text.strip().lower())
        if not host:
            raise UsageError(f"--allow {text}: no host", hint="a host, *.domain or a network, and :port if need be")
        if host.startswith("*."):
            endings.append((host[1:], port))
            continue
        try:
            networks.append((ipaddress.ip_network(host, strict=False), port))
        except ValueError:
            if "/" in host:
                raise UsageError(f"--allow {text}: no network", hint="203.0.113.0/24, for instance") from None
            names.add((host, port))
    return Allowed(frozenset(names), tuple(endings), tuple(networks))


def _split(text: str) -> tuple[str, int]:
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, int(rest[1:]) if rest[1:].isdecimal() else 0
    host, colon, port = text.rpartition(":")
    if colon and port.isdecimal() and ":" not in host:
        return host, int(port)
    return text, 0
