"""A written ssh_config says what it makes ssh do, line by line."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from auditor.model.reading import Reading
from auditor.model.unit import Language, Script, Unit
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.programs.ssh_config import read_ssh_config
from auditor.read.values import Value

TEXT = """\
# RemoteForward 1 commented:1
Host gw gw2
    HostName 203.0.113.9
  remoteforward=2222 localhost:22
\tLocalForward 8080 "db.example:80"
DYNAMICFORWARD 1080
    Tunnel no
Host käse
  RemoteForward "9022" "10.0.0.1:22" # behind
"""


def read(text: str) -> Reading:
    """Read a text as a configuration."""
    return Evaluation(Script.of(text, Language.SSH_CONFIG)).read_script()


def lines(reading: Reading) -> list[str]:
    """Write the effects that are about the configuration as lines."""
    found = (" ".join(str(word) for word in effect.words) for effect in reading.effects)
    return [line for line in found if line.startswith("ssh.configure")]


def test_forwards_are_reported() -> None:
    """Forwards in every spelling are effects, in any block; comments and `Tunnel no` are not."""
    assert lines(read(TEXT)) == [
        "ssh.configure RemoteForward 2222 localhost:22",
        "ssh.configure LocalForward 8080 db.example:80",
        "ssh.configure DynamicForward 1080",
        "ssh.configure RemoteForward 9022 10.0.0.1:22",
    ]


def test_places_are_the_lines() -> None:
    """Columns count from the keyword's first character, in code points."""
    effect = read(TEXT).effects[0]
    assert (effect.place.span.line, effect.place.span.column) == (4, 3)
    assert effect.place.span.end_column == 3 + len("remoteforward=2222 localhost:22")


def test_carriage_returns_do_not_hide() -> None:
    """A file with DOS line ends says the same."""
    assert lines(read(TEXT.replace("\n", "\r\n"))) == lines(read(TEXT))


def test_commands_are_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ssh runs is handed to the shell's reader, whichever keyword names it."""
    seen: list[str] = []

    def shell(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
        assert unit.language is Language.BASH
        seen.append(f"{unit.made_by}: {unit.text}")
        return Outcome()

    readers = {Language.SSH_CONFIG: read_ssh_config, Language.BASH: shell}
    monkeypatch.setattr("auditor.read.readers.reader_of", readers.get)
    reading = read(
        "Host *\n ProxyCommand sh -c 'id' %h\n PermitLocalCommand yes\n"
        ' LocalCommand touch /tmp/x\nMatch host a exec "id -u"\n'
    )
    assert seen == [
        "ssh_config ProxyCommand: sh -c 'id' %h",
        "ssh_config LocalCommand: touch /tmp/x",
        "ssh_config Match exec: id -u",
    ]
    assert lines(reading) == [
        "ssh.configure ProxyCommand sh -c 'id' %h",
        "ssh.configure PermitLocalCommand yes",
        "ssh.configure LocalCommand touch /tmp/x",
        "ssh.configure Match exec id -u",
    ]


def test_plain_configuration_says_nothing() -> None:
    """Hosts, keys and jump hosts are no effects."""
    assert lines(read("Host a\n IdentityFile ~/.ssh/id\n ProxyJump b\n ProxyCommand none\n ForwardAgent yes\n")) == []


def test_a_text_of_many_lines_is_bounded() -> None:
    """More lines than the budget has steps end in a gap, not in a long wait."""
    reading = read("Host a\n" * 300_000)
    assert reading.gaps
