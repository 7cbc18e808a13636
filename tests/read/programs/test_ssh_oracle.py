"""The ssh grammar agrees with the real ssh: `ssh -G` says what a command line asks for, without connecting."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.read.programs.grammar import grammar_of, parse
from auditor.read.programs.ssh import Session, session_of
from auditor.read.values import Known, known_text

SSH = shutil.which("ssh")
pytestmark = pytest.mark.skipif(SSH is None, reason="OpenSSH's client is not installed, and it is the oracle")

SPECS = ["2222:localhost:22", "*:8022:127.0.0.1:22", "1080", "/tmp/r.sock:/tmp/l.sock", "[::]:2222:[::1]:22", "0:h:9"]
PAIRS = ["2222 localhost:22", '"2222" "localhost:22"', "'8022' '127.0.0.1:22'", "*:8022 10.0.0.1:80"]
KEYWORDS = ["RemoteForward", "remoteforward", "REMOTEFORWARD", "LocalForward"]
ASSIGNS = ["=", " ", " = ", "= ", "\t"]


def options() -> st.SearchStrategy[list[str]]:
    """One option as one or two words, in the spellings that getopt allows."""
    bundle = st.text(alphabet="46AaCfgknqsTtvXxy", min_size=0, max_size=3)
    forward = st.tuples(st.sampled_from("RL"), st.sampled_from([spec for spec in SPECS if spec.count(":") > 1]))
    dynamic = st.tuples(st.sampled_from("RD"), st.sampled_from(["1080", "127.0.0.1:1080"]))
    other = st.sampled_from([("l", "Root"), ("p", "22"), ("i", "KEYR"), ("E", "/tmp/R.log"), ("b", "R"), ("e", "none")])
    lettered = st.one_of(forward, dynamic, other)
    glued = st.tuples(bundle, lettered).map(lambda row: [f"-{row[0]}{row[1][0]}{row[1][1]}"])
    apart = st.tuples(bundle, lettered).map(lambda row: [f"-{row[0]}{row[1][0]}", row[1][1]])
    flags = bundle.filter(bool).map(lambda letters: [f"-{letters}"])
    keyword = st.tuples(st.sampled_from(KEYWORDS), st.sampled_from(ASSIGNS), st.sampled_from(PAIRS)).map("".join)
    plain = st.sampled_from(
        [
            "ClearAllForwardings=yes",
            "ClearAllForwardings no",
            "Port=2022",
            "port 2023",
            'User="ops"',
            "user = dev",
            "DynamicForward=1081",
            "RemoteForward=1082",
            "SetEnv=R=1",
            "Tunnel=no",
            "Tunnel=ethernet",
            "Tunnel yes",
            "TunnelDevice=0:1",
        ]
    )
    setting = st.tuples(bundle, st.one_of(keyword, plain), st.booleans()).map(
        lambda row: [f"-{row[0]}o{row[1]}"] if row[2] else [f"-{row[0]}o", row[1]]
    )
    special = st.sampled_from([["-W", "h:22"], ["-w", "0:0"], ["-wany"], ["-J", "j@203.0.113.9"]])
    return st.one_of(glued, apart, flags, setting, special)


DESTINATIONS = st.sampled_from(
    ["203.0.113.7", "u@203.0.113.7", "ssh://u@203.0.113.7:443", "ssh://203.0.113.7", "a@b@host.example"]
)
COMMANDS = st.sampled_from([[], ["ls", "-R", "/tmp"], ["--", "-R", "1:l:2"], ["chown -R a:b d"]])


@settings(max_examples=150, deadline=None)
@given(st.lists(options(), max_size=4), DESTINATIONS, st.lists(options(), max_size=3), COMMANDS, st.booleans())
def test_sessions_agree_with_ssh(
    before: list[list[str]], host: str, after: list[list[str]], command: list[str], ends: bool
) -> None:
    """Forwards, tunnel, host, user and port are those that ssh itself reads from the same words."""
    words = [word for option in before for word in option]
    words += ["--", host] if ends else [host]
    words += [word for option in after for word in option] + command
    answer = _ask(words)
    if answer is None:
        return
    grammar = grammar_of("ssh")
    assert grammar is not None
    session = session_of(parse(grammar, [Known(word) for word in words]))
    # ssh lists a forward that is given twice once
    assert _forwards(session, "-R") == set(answer.get("remoteforward", []))
    assert _forwards(session, "-L") == set(answer.get("localforward", []))
    assert _forwards(session, "-D") == set(answer.get("dynamicforward", []))
    assert bool(session.values("-w")) == (answer.get("tunnel") != ["false"])
    assert [_text(session.host)] == answer["host" if "host" in answer else "hostname"]
    assert [_text(session.port or Known("22"))] == answer["port"]
    if session.user is not None:
        assert [_text(session.user)] == answer["user"]


def test_oracle_answers() -> None:
    """The oracle is there and says what this test thinks it says; else the test above would pass for nothing."""
    answer = _ask(["-NR", "2222:localhost:22", "u@203.0.113.7"])
    assert answer is not None
    assert answer["remoteforward"] == ["2222 localhost 22"]
    assert answer["user"] == ["u"]


def _ask(words: list[str]) -> dict[str, list[str]] | None:
    assert SSH is not None
    run = subprocess.run(
        [SSH, "-G", "-F", "/dev/null", *words], capture_output=True, text=True, timeout=10, check=False
    )
    if run.returncode:
        return None
    answer: dict[str, list[str]] = {}
    for line in run.stdout.splitlines():
        keyword, _, value = line.partition(" ")
        answer.setdefault(keyword, []).append(_plain(value) if "forward" in keyword else value)
    return answer


def _plain(spec: str) -> str:
    """Write `[localhost]:22`, `2222 [h]:9` and `2222:h:9` alike; `socks` stands for no destination."""
    return " ".join(spec.replace("[socks]:0", "").replace("[", " ").replace("]", " ").replace(":", " ").split())


def _forwards(session: Session, name: str) -> set[str]:
    return {_plain(_text(value)) for value in session.values(name)}


def _text(value: object) -> str:
    text = known_text(value)  # type: ignore[arg-type]
    assert text is not None
    return text
