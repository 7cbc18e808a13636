"""The normal form of ssh and of autossh, which hands its arguments on.

Takes arguments, gives the session that they ask for: forwards from -R, -L, -D, -w and from -o in one
spelling, the destination, what runs there, and the commands that ssh runs on this machine.
Held against `ssh -G` by tests/read/programs/test_ssh_oracle.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.read.programs.grammar import Grammar, Item, Parsed, parse
from auditor.read.programs.normal import Normal, joined, words_of_items
from auditor.read.programs.pieces import head_of, search, split
from auditor.read.programs.ssh_options import (
    COMMANDS,
    FORWARDS,
    arguments_of,
    forward_of,
    is_no,
    is_yes,
    read_option,
    spelled,
)
from auditor.read.values import Known, OneOf, Unknown, Value, concat, known_text

_FORWARD_OPTIONS = frozenset({"-R", "-L", "-D", "-w"})
_ADDRESS = re.compile(r"ssh://|[^\s/]*@[^\s/]+$|\d{1,3}(\.\d{1,3}){3}$|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$")
_SCRIPT = re.compile(r"\.(sh|bash|zsh|py|pl|rb|js|exe|txt|log|ya?ml|json|conf|cfg|gz|service)$")

_LONGEST_ADDRESS = 400
_MOST_TOKENS = 64


@dataclass(frozen=True, slots=True)
class Session:
    """What ssh is asked for. `options` are in normal form; `command` is what was given to run remotely, as one text."""

    options: tuple[Item, ...]
    settings: tuple[tuple[str, Value], ...]
    host: Value | None
    user: Value | None
    port: Value | None
    command: Value | None

    def setting(self, keyword: str) -> Value | None:
        """Give the first value of a keyword given with -o: the first one counts."""
        return next((value for name, value in self.settings if name == keyword), None)

    def values(self, name: str) -> tuple[Value, ...]:
        """Give the values of an option."""
        return tuple(item.value for item in self.options if item.name == name and item.value is not None)


def ssh_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the normal form of an ssh command: options, destination, and the remote command as one word."""
    parsed = _parsed(grammar, arguments)
    session = session_of(parsed)
    words: list[Value] = [Known(program), *words_of_items(session.options)]
    if session.host is not None:
        words.append(session.host if session.user is None else concat((session.user, Known("@"), session.host)))
    elif session.user is not None:
        words += [Known("-l"), session.user]
    command = session.command
    if command is not None:
        words.append(command)
    runs_nothing = parsed.has("-N", "-s") or (known_text(session.setting("sessiontype") or Known("")) or "") == "none"
    remote = command or session.setting("remotecommand")
    return Normal(
        tuple(words),
        remote=None if runs_nothing else remote,
        configs=tuple(value for value in session.values("-F") if known_text(value) != "none"),
        commands=local_commands(session),
        parsed=parsed,
    )


def session_of(parsed: Parsed) -> Session:
    """Read the session that parsed arguments ask for. Of user and port, as of settings, the first one given counts."""
    options: list[Item] = []
    settings: list[tuple[str, Value]] = []
    destination: dict[str, Value] = {}
    for item in parsed.items:
        if item.name is None and item.value is not None and "host" not in destination:
            for name, value in _address(item.value).items():
                destination.setdefault(name, value)
        elif item.name in ("-l", "-p") and item.value is not None:
            destination.setdefault({"-l": "user", "-p": "port"}[item.name], item.value)
        elif item.name == "-o" and item.value is not None:
            _read_setting(item, options, settings, destination)
        elif item.name is not None and item.name != "--":
            options.append(item)
    host, user, port = destination.get("host"), destination.get("user"), destination.get("port")
    if port is not None:
        options.append(Item("-p", "-p", port))
    session = Session(tuple(options), tuple(settings), host, user, port, _command(parsed))
    return _without_forwards(session) if _clears(session, parsed) else _with_tunnel(session, parsed)


def _read_setting(
    item: Item, options: list[Item], settings: list[tuple[str, Value]], destination: dict[str, Value]
) -> None:
    """Read -o: a forward becomes its option, user and port part of the destination, others keep one spelling."""
    option = read_option(item.value) if item.value is not None else None
    if option is None:
        options.append(item)
        return
    keyword, value = option
    plain = value if keyword in COMMANDS else _plain(value)
    settings.append((keyword, plain))
    if keyword in FORWARDS:
        name = FORWARDS[keyword]
        options.append(Item(name, name, forward_of(value)))
    elif keyword in ("user", "port"):
        destination.setdefault(keyword, plain)
    elif keyword not in ("tunnel", "tunneldevice"):
        options.append(Item("-o", "-o", concat((Known(f"{spelled(keyword)}="), plain))))


def local_commands(session: Session) -> tuple[Value, ...]:
    """Give the commands that ssh itself starts on this machine."""
    commands = [session.setting("proxycommand"), session.setting("knownhostscommand")]
    if not is_no(session.setting("permitlocalcommand")) and session.setting("permitlocalcommand") is not None:
        commands.append(session.setting("localcommand"))
    given = [command for command in commands if command is not None and known_text(command) not in ("none", "")]
    return tuple(_expanded(command, session) for command in given)


def _parsed(grammar: Grammar, arguments: Sequence[Value]) -> Parsed:
    """Parse; an unknown word before what is plainly the destination may be an option, and is kept as one."""
    loose: set[int] = set()
    while True:
        parsed = parse(grammar, arguments, loose)
        operands = parsed.operands
        if len(operands) < 2 or not isinstance(operands[0], Unknown) or len(loose) > 7:
            return parsed
        first_known = next((value for value in operands if not isinstance(value, Unknown)), None)
        if first_known is None or not (_is_address(head_of(first_known)) or _is_option(operands[1], first_known)):
            return parsed
        same = [index for index, value in enumerate(arguments) if value is operands[0] and index not in loose]
        if not same:
            return parsed
        loose.add(same[0])


def _is_option(second: Value, first_known: Value) -> bool:
    """Whether of two unknown words in a row one may be the destination: an option behind them would then count."""
    return isinstance(second, Unknown) and head_of(first_known).startswith("-")


def _is_address(text: str) -> bool:
    """Whether a word is plainly a destination; a longer one than any host name is not."""
    return len(text) <= _LONGEST_ADDRESS and bool(_ADDRESS.match(text)) and not _SCRIPT.search(text)


def _plain(value: Value) -> Value:
    """Give a setting's value without quotes."""
    words = arguments_of(value)
    return words[0] if len(words) == 1 else value


def _address(operand: Value) -> dict[str, Value]:
    """Read `[user@]host` or `ssh://[user@]host[:port]`; a value with alternatives is a host as a whole."""
    if isinstance(operand, OneOf):
        return {"host": operand}
    address: dict[str, Value] = {}
    if head_of(operand).startswith("ssh://"):
        port = search(operand, r"^ssh://[^/]*:(\d+)/?$")
        address |= {"port": port} if port is not None else {}
        operand = search(operand, r"^ssh://([^/]*?)(?::\d+)?/?$") or operand
    pieces = split(operand, r"@(?=[^@]*$)", 1)
    return address | ({"user": pieces[0], "host": pieces[1]} if len(pieces) == 2 else {"host": operand})


def _command(parsed: Parsed) -> Value | None:
    return joined(parsed.operands[1:])


def _clears(session: Session, parsed: Parsed) -> bool:
    """Whether no forward comes about: cleared, standard input forwarded instead, or no session opened at all."""
    if parsed.has("-V", "-Q", "-G"):
        return True
    control = known_text(parsed.last("-O") or Known(""))
    if control in ("cancel", "check", "exit", "stop"):
        return True
    cleared = session.setting("clearallforwardings")
    return is_yes(cleared) or (parsed.has("-W") and not is_no(cleared) and cleared is None)


def _without_forwards(session: Session) -> Session:
    options = tuple(item for item in session.options if item.name not in _FORWARD_OPTIONS)
    return Session(options, session.settings, session.host, session.user, session.port, session.command)


def _with_tunnel(session: Session, parsed: Parsed) -> Session:
    """Write Tunnel and TunnelDevice as -w; `Tunnel no` before -w switches it off."""
    tunnel = session.setting("tunnel")
    options = session.options
    if is_no(tunnel) and _stands_before_w(parsed):
        options = tuple(item for item in options if item.name != "-w")
    elif tunnel is not None and not is_no(tunnel) and not parsed.has("-w"):
        options = (*options, Item("-w", "-w", session.setting("tunneldevice") or Known("any")))
    return Session(options, session.settings, session.host, session.user, session.port, session.command)


def _stands_before_w(parsed: Parsed) -> bool:
    for item in parsed.items:
        if item.name == "-w":
            return False
        option = read_option(item.value) if item.name == "-o" and item.value is not None else None
        if option is not None and option[0] == "tunnel":
            return True
    return False


def _expanded(command: Value, session: Session) -> Value:
    """Put host, port and user where the command has %h, %n, %p, %r; other tokens stay as written."""
    known = {"%": Known("%"), "h": session.setting("hostname") or session.host, "n": session.host}
    known |= {"p": session.port or Known("22"), "r": session.user}
    pieces: list[Value] = []
    for piece in split(command, r"(?=%[%hnpr])|(?<=%[%hnpr])", _MOST_TOKENS):
        text = head_of(piece)
        token = known.get(text[1:]) if len(text) == 2 and text.startswith("%") else None
        pieces.append(token or piece)
    return concat(pieces)
