"""Programs that speak SSH themselves, or start ssh with arguments of their own.

Takes arguments, gives the normal form and, where another ssh is started, that one's: as an effect
where its arguments stand in words (`gcloud compute ssh vm -- -R …`), as a command where they stand
in a text (`rsync -e 'ssh -R …'`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from auditor.read.programs.git import git_form
from auditor.read.programs.grammar import Grammar, Item, Parsed, grammar_of, parse
from auditor.read.programs.normal import Former, Normal, hoisted, joined, plain_form, words_of_items
from auditor.read.programs.pieces import head_of, search
from auditor.read.programs.ssh import ssh_form
from auditor.read.programs.ssh_options import arguments_of as words_of_text
from auditor.read.programs.ssh_options import read_option
from auditor.read.values import Known, Value, concat, known_text


@dataclass(frozen=True, slots=True)
class _Tail:
    """How a subcommand hands arguments to ssh: behind `--`, in options that hold ssh's, and the remote command's."""

    command: str
    flags: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    takes_all: bool = False


_HOST = Known("host.invalid")  # stands for the destination where arguments are read without one

_TAILS: dict[str, tuple[_Tail, ...]] = {
    "gcloud": (
        _Tail("compute ssh", ("--ssh-flag",), ("--command",)),
        _Tail("compute tpus tpu-vm ssh", ("--ssh-flag",), ("--command",)),
        _Tail("compute tpus queued-resources ssh", ("--ssh-flag",), ("--command",)),
        _Tail("workstations ssh", (), ("--command",)),
        _Tail("cloud-shell ssh", ("--ssh-flag",), ("--command",)),
    ),
    "az": (
        _Tail("ssh vm", hosts=("--ip", "--hostname", "--name", "-n", "--vm-name")),
        _Tail("ssh arc", hosts=("--ip", "--hostname", "--name", "-n")),
        _Tail("network bastion ssh", hosts=("--target-resource-id", "--target-ip-address", "--name")),
    ),
    "gh": (_Tail("codespace/cs ssh", hosts=("-c", "--codespace")),),
    "vagrant": (_Tail("ssh", remote=("-c", "--command")),),
    "boundary": (_Tail("connect ssh", hosts=("-target-id", "-target-name")),),
    "kitten": (_Tail("ssh", takes_all=True),),
    "docker-machine": (_Tail("ssh", takes_all=True),),
    "doctl": (_Tail("compute ssh", remote=("--ssh-command",)),),
}


def tail_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the form of a command line that may start ssh, with that ssh as an effect.

    What is handed on to ssh is written in ssh's normal form behind `--`, a remote command as one word.
    """
    normal = plain_form(program, grammar, arguments)
    parsed = normal.parsed
    ssh = grammar_of("ssh")
    tail = None if parsed is None else _tail(grammar.program, parsed)
    if parsed is None or tail is None or ssh is None:
        return normal
    started = ssh_form("ssh", ssh, _handed_on(tail, parsed))
    own = _own_items(tail, parsed)
    behind: tuple[Value, ...] = ()
    if tail.takes_all:
        behind = started.words[1:]
    elif parsed.has("--"):
        handed = ssh_form("ssh", ssh, [_HOST, *_around_mark(parsed)[1]])
        behind = (Known("--"), *(word for word in handed.words[1:] if word != _HOST))
    return replace(
        normal,
        words=(Known(program), *words_of_items(own), *behind),
        effects=(*normal.effects, started.words),
        remote=started.remote,
        commands=started.commands,
    )


def _own_items(tail: _Tail, parsed: Parsed) -> tuple[Item, ...]:
    """Give the items that are not handed on to ssh, the command words first."""
    if tail.takes_all:
        return tuple(item for item in parsed.items if item.name is None)[: len(tail.command.split())]
    marks = [index for index, item in enumerate(parsed.items) if item.name == "--"]
    before = parsed.items[: marks[0]] if marks else parsed.items
    return hoisted(replace(parsed, items=before))


def _tail(program: str, parsed: Parsed) -> _Tail | None:
    words = [word for word in map(known_text, parsed.operands) if word not in ("beta", "alpha")]
    for tail in _TAILS.get(program, ()):
        wanted = tail.command.split()
        if len(words) >= len(wanted) and all(w in c.split("/") for c, w in zip(wanted, words, strict=False) if w):
            return tail
    return None


def _handed_on(tail: _Tail, parsed: Parsed) -> list[Value]:
    before, after = _around_mark(parsed)
    skipped = len(tail.command.split()) + sum(known_text(word) in ("beta", "alpha") for word in before[:1])
    if tail.takes_all:
        return [*before[skipped:], *after]
    flags = [piece for value in parsed.every(*tail.flags) for piece in words_of_text(value)] if tail.flags else []
    hosts = [*before[skipped:], *parsed.every(*tail.hosts)][:1]
    remote = parsed.last(*tail.remote) if tail.remote else None
    return [*flags, *hosts, *after, *([remote] if remote is not None else [])]


def _around_mark(parsed: Parsed) -> tuple[list[Value], list[Value]]:
    """Give the operands before and behind `--`."""
    before: list[Value] = []
    after: list[Value] = []
    side = before
    for item in parsed.items:
        if item.name == "--":
            side = after
        elif item.name is None and item.value is not None:
            side.append(item.value)
    return before, after


def teleport_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the form of tsh, of which only `tsh ssh` is an SSH client."""
    if parse(grammar, arguments).path[:1] == ("ssh",):
        return client_form(program, grammar, arguments)
    return plain_form(program, grammar, arguments)


def client_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the form of an SSH client with options like ssh's: what runs remotely is the last word."""
    parsed = parse(grammar, arguments)
    options = [item for item in hoisted(parsed) if item.name is not None and item.name != "--"]
    path = [Known(word) for word in parsed.path]
    remote = joined(parsed.rest[1:])
    last = [remote] if remote is not None else []
    words = [Known(program), *path, *words_of_items(options), *parsed.rest[:1], *last]
    commands = parsed.every("-J", "-proxycmd") if grammar.program in ("dbclient", "plink") else ()
    return Normal(tuple(words), remote=remote, commands=commands, parsed=parsed)


def copy_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the form of scp, sftp and the like: they clear forwards, but run what ssh runs on this machine."""
    normal = plain_form(program, grammar, arguments)
    if normal.parsed is None:
        return normal
    settings = [option for value in normal.parsed.every("-o") if (option := read_option(value)) is not None]
    commands = tuple(
        value
        for keyword, value in settings
        if keyword in ("proxycommand", "knownhostscommand") and known_text(value) not in ("none", "")
    )
    return replace(normal, commands=(*normal.commands, *commands))


def ansible_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the form of ansible: its options for ssh are those of each ssh that it starts."""
    normal = plain_form(program, grammar, arguments)
    ssh = grammar_of("ssh")
    given = () if normal.parsed is None else normal.parsed.every("--ssh-common-args", "--ssh-extra-args")
    if ssh is None or not given:
        return normal
    started = ssh_form("ssh", ssh, [piece for value in given for piece in words_of_text(value)])
    return replace(normal, effects=(*normal.effects, started.words), commands=started.commands)


def shell_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the form of programs that take a remote shell as a text: rsync, mosh, sshuttle."""
    normal = plain_form(program, grammar, arguments)
    parsed = normal.parsed
    shell = None if parsed is None else parsed.last("-e", "--ssh", "--ssh-cmd")
    if parsed is None or shell is None:
        return normal
    host = _remote_host(parsed)
    pieces = (shell,) if host is None else (shell, Known(" "), host)
    return replace(normal, commands=(concat(pieces),))


def _remote_host(parsed: Parsed) -> Value | None:
    """Give the host among operands: `user@host:path` for copies, the first operand for mosh, -r for sshuttle."""
    if parsed.grammar.program == "mosh":
        return parsed.operands[0] if parsed.operands else None
    if parsed.grammar.program == "sshuttle":
        return parsed.last("--remote")
    for operand in parsed.operands:
        if "://" not in head_of(operand):
            host = search(operand, r"^([\w@%.-]*[\w.-]|[\w@.-]*\[[0-9a-fA-F:]+\]):")
            if host is not None:
                return host
    return None


CLIENTS: dict[str, Former] = {
    "dbclient": client_form,
    "plink": client_form,
    "conch": client_form,
    "lsh": client_form,
    "scp": copy_form,
    "sftp": copy_form,
    "sshfs": copy_form,
    "ssh-copy-id": copy_form,
    "rsync": shell_form,
    "mosh": shell_form,
    "sshuttle": shell_form,
    "ansible": ansible_form,
    "git": git_form,
    "tsh": teleport_form,
    **dict.fromkeys(_TAILS, tail_form),
}
