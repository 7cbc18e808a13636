"""Every spelling of an ssh session has one normal form, and what only looks like a forward is none."""

from __future__ import annotations

import pytest

from auditor.model.word import Source
from auditor.read.programs.normal import normal_form, normal_forms
from auditor.read.values import Known, OneOf, unknown
from tests.read.programs.factories import commands, form, shown, value, words

REVERSE = "-R 9022:10.0.0.7:22"

SAME = [
    "ssh -R 9022:10.0.0.7:22 ops@bastion.example",
    "ssh -R9022:10.0.0.7:22 ops@bastion.example",
    "ssh ops@bastion.example -R 9022:10.0.0.7:22",
    "ssh -l ops -R 9022:10.0.0.7:22 bastion.example",
    "ssh -lops bastion.example -R9022:10.0.0.7:22",
    "ssh -o 'RemoteForward 9022 10.0.0.7:22' ops@bastion.example",
    "ssh -oREMOTEFORWARD=9022\\ 10.0.0.7:22 ops@bastion.example",
    """ssh -o 'RemoteForward = "9022" "10.0.0.7:22"' -o User=ops bastion.example""",
    "ssh -R 9022:10.0.0.7:22 -- ops@bastion.example",
    "ssh -R 9022:10.0.0.7:22 ssh://ops@bastion.example",
    "ssh -o ClearAllForwardings=no -W h:1 -R 9022:10.0.0.7:22 ops@bastion.example",
]


@pytest.mark.parametrize("line", SAME)
def test_spellings_of_a_remote_forward_are_one(line: str) -> None:
    """A remote forward is `-R SPEC` in front of the destination, whichever way it is asked for."""
    text = " ".join(words(line))
    assert REVERSE in text
    assert text.endswith("ops@bastion.example")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ssh -2NR 1:l:2 h", "ssh -2 -N -R 1:l:2 h"),
        ("ssh -NfR 1:l:2 h", "ssh -N -f -R 1:l:2 h"),
        ("ssh -fNTR1:l:2 h", "ssh -f -N -T -R 1:l:2 h"),
        ("ssh -vvp2200 -ikey h", "ssh -v -v -i key -p 2200 h"),
        ("ssh ssh://u@h.example:443 -R 1:l:2", "ssh -R 1:l:2 -p 443 u@h.example"),
        ("ssh -o port=2200 h", "ssh -p 2200 h"),
        ("ssh -o DynamicForward=1080 h", "ssh -D 1080 h"),
        ("ssh -o 'localforward 8080 db:5432' h", "ssh -L 8080:db:5432 h"),
        ("ssh -o Tunnel=ethernet -o TunnelDevice=1:2 h", "ssh -w 1:2 h"),
        ("ssh -o tunnel=yes h", "ssh -w any h"),
        ("ssh -ostricthostkeychecking=no h", "ssh -o StrictHostKeyChecking=no h"),
        ("ssh -S /tmp/s -O forward -R 1:l:2 h", "ssh -S /tmp/s -O forward -R 1:l:2 h"),
        ("autossh -M 0 -f -NR 1:l:2 h", "autossh -M 0 -f -N -R 1:l:2 h"),
        ("ssh -J a,b h", "ssh -J a,b h"),
        ("ssh a@b@h.example", "ssh a@b@h.example"),
        ("dbclient -NR 1:l:2 u@h", "dbclient -N -R 1:l:2 u@h"),
        ("dbclient h -R 1:l:2 ls -R /", "dbclient -R 1:l:2 h ls -R /"),
        ("conch --remoteforward 1:l:2 u@h", "conch -R 1:l:2 u@h"),
        ("plink -batch -R 1:l:2 u@h ls -R /", "plink -batch -R 1:l:2 u@h ls -R /"),
    ],
)
def test_words(line: str, expected: str) -> None:
    """Bundles are split, joined values separated, settings written as the options that they are."""
    assert " ".join(words(line)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "ssh h ls -R /srv",
        "ssh h -- -R 1:l:2",
        "ssh -- h -R 1:l:2",
        "ssh h 'grep -R x /etc'",
        "ssh -iRSA h",
        "ssh -lRoot h",
        "ssh -E /tmp/R.log -F R h",
        "ssh -R 1:l:2 -oClearAllForwardings=yes h",
        "ssh -W t:22 -R 1:l:2 -w 0:0 h",
        "ssh -G -R 1:l:2 h",
        "ssh -O cancel -R 1:l:2 h",
        "ssh -o Tunnel=no -w 0:0 h",
        "scp -o 'RemoteForward=1 l:2' f u@h:",
        "sftp -R 64 u@h",
        "ssh-keygen -R h",
    ],
)
def test_look_alikes_open_no_forward(line: str) -> None:
    """Remote commands, other options' values, cleared forwards and other programs' -R are no forwards of ssh."""
    program, *rest = words(line)
    if program == "ssh":
        assert not {"-R", "-w", "-L", "-D"} & set(rest)
    else:
        assert program != "ssh"
        assert not form(line).effects


def test_remote_command_is_one_last_word() -> None:
    """What runs remotely is joined with spaces, as ssh sends it, and given as `remote` too."""
    normal = form("ssh -t h cd /srv '&&' ls -R")
    assert shown(normal.words[-1]) == "cd /srv && ls -R"
    assert normal.remote == normal.words[-1]


@pytest.mark.parametrize("line", ["ssh -N h uptime", "ssh -s h sftp", "ssh h"])
def test_no_remote_command_runs(line: str) -> None:
    """With -N nothing runs, with -s a subsystem does."""
    assert form(line).remote is None


def test_remote_command_from_a_setting() -> None:
    """RemoteCommand runs remotely too."""
    remote = form("ssh -o RemoteCommand='tail -f /x' h").remote
    assert remote is not None
    assert shown(remote) == "tail -f /x"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ssh -o ProxyCommand='nc %h %p' -p 2200 h.example", ["nc h.example 2200"]),
        ("ssh -o 'proxycommand ssh -R 1:l:2 j' h", ["ssh -R 1:l:2 j"]),
        ("ssh -o ProxyCommand=none h", []),
        ("ssh -o LocalCommand=id h", []),
        ("ssh -o LocalCommand=id -o PermitLocalCommand=yes h", ["id"]),
        ("ssh -o KnownHostsCommand='/bin/k %%' h", ["/bin/k %"]),
        ("scp -o ProxyCommand='sh -c id' f h:", ["sh -c id"]),
        ("rsync -e 'ssh -R 1:l:2' f u@h.example:/x", ["ssh -R 1:l:2 u@h.example"]),
        ("rsync -aR a b", []),
        ("mosh --ssh='ssh -p 22' u@h", ["ssh -p 22 u@h"]),
        ("git -c core.SSHcommand='ssh -R 1:l:2' fetch", ["ssh -R 1:l:2"]),
        ("git config --global core.sshCommand 'ssh -i k'", ["ssh -i k"]),
        ("git config --global user.name 'ssh -R 1:l:2 h'", []),
        ("git commit -m 'ssh -R 1:l:2 h'", []),
        ("git clone 'ext::sh -c id'", ["sh -c id"]),
        ("git -c alias.x='!id' x", ["id"]),
        ("git -c alias.x=status x", []),
        ("dbclient -J 'nc a 1' h", ["nc a 1"]),
        ("borg --rsh 'ssh -R 1:l:2' list r", ["ssh -R 1:l:2"]),
        ("restic -r sftp:h:/r -o sftp.command='ssh -R 1:l:2 h -s sftp' snapshots", ["ssh -R 1:l:2 h -s sftp"]),
        ("hg clone -e 'ssh -R 1:l:2' ssh://h/r", ["ssh -R 1:l:2"]),
        ("sftp -S /tmp/x h", ["/tmp/x"]),
        ("tar cf /dev/null f --checkpoint=1 --checkpoint-action=exec='sh -c id'", ["sh -c id"]),
        ("split --filter='sh -c id' f", ["sh -c id"]),
        ("vim -c ':!id' f", ["id"]),
        ("vim -c 'set ft=sh' f", []),
    ],
)
def test_local_commands(line: str, expected: list[str]) -> None:
    """Commands that a client runs on this machine are given as commands, and only those."""
    assert commands(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("gcloud compute ssh vm --zone z -- -NR 1:l:2", "ssh -N -R 1:l:2 vm"),
        ("gcloud compute ssh u@vm --ssh-flag='-R 1:l:2' --ssh-flag=-N", "ssh -R 1:l:2 -N u@vm"),
        ("gcloud beta compute ssh vm --command 'ls -R'", "ssh vm ls -R"),
        ("az ssh vm -g rg -n box -- -R 1:l:2", "ssh -R 1:l:2 box"),
        ("gh codespace ssh -c box -- -R 1:l:2", "ssh -R 1:l:2 box"),
        ("kitten ssh -R1:l:2 h", "ssh -R 1:l:2 h"),
        ("ansible all -i h, -m ping --ssh-common-args='-R 1:l:2 -N'", "ssh -R 1:l:2 -N"),
    ],
)
def test_clients_that_start_ssh(line: str, expected: str) -> None:
    """The ssh that a cloud's command line starts is an effect of its own."""
    assert [" ".join(map(shown, effect)) for effect in form(line).effects] == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ssh -R{}:localhost:22 h", "ssh -R {}:localhost:22 h"),
        ("ssh -NR {} h", "ssh -N -R {} h"),
        ("ssh -N{} h", "ssh -N -{} h"),
        ("ssh {} -R 1:l:2 u@h.example", "ssh {} -R 1:l:2 u@h.example"),
        ("ssh {} u@h.example -R 1:l:2", "ssh {} -R 1:l:2 u@h.example"),
        ("ssh {} uptime -p", "ssh {} uptime -p"),
        ("ssh {} ls -R /srv", "ssh {} ls -R /srv"),
        ("ssh {} -R 1:l:2", "ssh -R 1:l:2 {}"),
        ("ssh {} {} -R 1:l:2", "ssh {} -R 1:l:2 {}"),
        ("ssh -o RemoteForward='{} localhost:22' u@{}", "ssh -R {}:localhost:22 u@{}"),
        ("ssh -o {} h", "ssh -o {} h"),
    ],
)
def test_partly_known_arguments(line: str, expected: str) -> None:
    """An unknown part stays unknown, and what is known around it is still understood."""
    assert " ".join(words(line)) == expected


def test_alternatives_that_may_be_options_make_forms() -> None:
    """An argument that is one of two options gives both forms; one that is a host stays whole."""
    option = OneOf((Known("-R"), Known("-L")))
    host = OneOf((Known("a.example"), Known("b.example")))
    forms = normal_forms("ssh", [option, value("1:l:2"), host])
    assert [[shown(word) for word in found.words[:3]] for found in forms] == [
        ["ssh", "-R", "1:l:2"],
        ["ssh", "-L", "1:l:2"],
    ]
    assert all(found.words[3] == host for found in forms)


def test_configuration_files() -> None:
    """-F names a configuration; `none` is none."""
    assert [shown(path) for path in form("ssh -Fcfg gw").configs] == ["cfg"]
    assert form("ssh -F none gw").configs == ()


def test_a_program_without_a_grammar_gets_joined_values_separated() -> None:
    """A renamed miner's `--url=…` is two words; what follows `--` is left alone."""
    assert words("./kworker --url=stratum+tcp://p.example:3333 -u w -- --a=b") == [
        "./kworker",
        "--url",
        "stratum+tcp://p.example:3333",
        "-u",
        "w",
        "--",
        "--a=b",
    ]


@pytest.mark.parametrize("line", ["./k -ostratum+tcp://p.example:1 -x", "./k -o=stratum+tcp://p.example:1 -x"])
def test_an_address_joined_to_a_letter_is_separated(line: str) -> None:
    """Also without a grammar, `-oscheme://…` is an option and its value."""
    assert words(line) == ["./k", "-o", "stratum+tcp://p.example:1", "-x"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("gcloud compute ssh vm --zone=z -- ls -R /tmp", "gcloud compute ssh vm --zone z -- ls -R /tmp"),
        ("gcloud compute ssh vm -- -NR1:l:2", "gcloud compute ssh vm -- -N -R 1:l:2"),
        ("vagrant ssh box -- -R 1:l:2", "vagrant ssh box -- -R 1:l:2"),
        ("kitten ssh -R1:l:2 h ls -R", "kitten ssh -R 1:l:2 h ls -R"),
        ("tsh ssh -R1:l:2 u@h ls -R", "tsh ssh -R 1:l:2 u@h ls -R"),
        ("tsh --proxy=p login x", "tsh login --proxy p x"),
    ],
)
def test_the_starting_command_shows_what_it_hands_on(line: str, expected: str) -> None:
    """Behind `--` stands ssh's normal form; a remote command is one word, so that no option hides or shows in it."""
    found = words(line)
    assert " ".join(found) == expected
    assert not any(word == "-R" for word in found) or "-R 1:l:2" in expected
    assert "-R" not in found[found.index("-R") + 1 :] if "-R" in found else True


def test_trails_stay() -> None:
    """A value cut out of an argument still knows where it came from."""
    from auditor.model.place import START, Step

    step = Step(0, START, "base64")
    normal = normal_form("ssh", [Known("-R1:l:2", (step,)), unknown(Source.ARGUMENT)])
    spec = normal.words[2]
    assert isinstance(spec, Known)
    assert spec.trail == (step,)
