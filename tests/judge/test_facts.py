"""Facts: by which a prediction and an observation are compared, whatever their spelling."""

from __future__ import annotations

import pytest

from auditor.judge.facts import agree, facts_of, shared
from auditor.model.effect import Effect
from tests.judge.made import at, effect


def done(line: str) -> Effect:
    """Make an effect; where it stands is of no interest here."""
    return effect(line, at(1))


@pytest.mark.parametrize(
    ("one", "other", "do_agree"),
    [
        ("ssh -N -R 2222:localhost:22 ops@203.0.113.5", "ssh.forward remote 2222 localhost", True),
        ("ssh -N -R 2222:localhost:22 ops@203.0.113.5", "ssh.forward remote 4022 localhost", False),
        ("ssh -R 0.0.0.0:8022:127.0.0.1:22 relay.example", "ssh.forward remote 8022 0.0.0.0", True),
        ("net.connect tcp pool.example 3333", "stratum.login pool.example 3333 48abc x/1", True),
        ("net.connect tcp pool.example 3333", "stratum.login other.example 3333 48abc x/1", False),
        ("net.connect tcp localhost 5432", "net.connect tcp 127.0.0.1 5432", True),
        ("http.request POST https://api.example/v1/", "http.request POST https://api.example/v1", True),
        ("file.write ~/.bashrc", "file.write /home/worker/.bashrc", True),
        ("xmrig -o pool.example:3333", "net.connect tcp pool.example 3333", True),
        ("xmrig -o pool.example:3333", "net.connect tcp mirror.example 443", False),
        ("cloud.provision aws ec2 p5.48xlarge 4 us-east-1", "cloud.provision aws ec2 t3.micro 4 us-east-1", False),
        ("cloud.provision aws ec2 p5.48xlarge 4 default", "cloud.provision aws ec2 p5.48xlarge 4 us-east-1", True),
    ],
)
def test_effects_agree_unless_something_known_differs(one: str, other: str, do_agree: bool) -> None:
    """Different spellings of one thing agree; a port, a host or a type that differs does not."""
    assert agree(facts_of(done(one)), facts_of(done(other))) == do_agree


def test_agreeing_is_not_sharing() -> None:
    """Two effects that know nothing in common agree, and share nothing."""
    one, other = facts_of(done("dns.query a.example")), facts_of(done("file.write ~/.profile"))
    assert agree(one, other)
    assert not shared(one, other)
