"""Keywords of ssh_config(5), as `ssh -o` and configuration files write them.

Takes one option's text, gives its keyword in lower case and what follows, unknown parts included.
Source: https://man.openbsd.org/ssh_config and the lexer's behaviour as `ssh -G` shows it.
"""

from __future__ import annotations

import re

from auditor.read.programs.pieces import masked, unmasked
from auditor.read.values import Known, OneOf, Value, concat, known_text

FORWARDS = {"remoteforward": "-R", "localforward": "-L", "dynamicforward": "-D"}
COMMANDS = frozenset({"proxycommand", "localcommand", "knownhostscommand", "remotecommand"})
"""Keywords whose value is the rest of the line, a command."""

_SPELLINGS = {
    name.lower(): name
    for name in (
        "BindAddress CertificateFile ClearAllForwardings ControlMaster ControlPath ControlPersist DynamicForward "
        "ExitOnForwardFailure ForkAfterAuthentication GatewayPorts GlobalKnownHostsFile HostName IdentityFile "
        "KnownHostsCommand LocalCommand LocalForward LogLevel PermitLocalCommand PermitRemoteOpen Port ProxyCommand "
        "ProxyJump RemoteCommand RemoteForward RequestTTY SendEnv ServerAliveInterval ServerAliveCountMax SessionType "
        "SetEnv StdinNull StrictHostKeyChecking TCPKeepAlive Tunnel TunnelDevice User UserKnownHostsFile BatchMode "
        "ConnectTimeout PasswordAuthentication PubkeyAuthentication Include Match Host"
    ).split()
}
_LINE = re.compile(r'\s*(?:"([^"]*)"|([^\s="]+))(?:\s*=\s*|\s+|(?=")|$)(.*)', re.DOTALL)
_QUOTES = "\"'"


def spelled(keyword: str) -> str:
    """Give a keyword as the manual spells it."""
    return _SPELLINGS.get(keyword, keyword)


def read_option(value: Value) -> tuple[str, Value] | None:
    """Split `Keyword value`, `Keyword=value` or `Keyword = "value"`; None where the keyword is unknown."""
    if isinstance(value, OneOf):
        return None
    text, holes = masked(value)
    found = _LINE.match(text)
    if not found:
        return None
    keyword = (found[1] or found[2] or "").lower()
    if not keyword.isascii() or keyword.startswith("#") or not keyword:
        return None
    return keyword, unmasked(found[3].strip(), holes, value)


def arguments_of(value: Value) -> tuple[Value, ...]:
    """Split a keyword's value into its arguments: white space separates, both quotes group, `#` begins a comment."""
    if isinstance(value, OneOf):
        return (value,)
    text, holes = masked(value)
    words: list[str] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        if text[position] == "#":
            break
        word, position = _word(text, position)
        words.append(word)
    return tuple(unmasked(word, holes, value) for word in words)


def forward_of(value: Value) -> Value:
    """Give a forward's specification in the one-word form of -R, -L and -D."""
    words = arguments_of(value)[:2]
    if not words:
        return value
    return words[0] if len(words) == 1 else concat((words[0], Known(":"), words[1]))


def is_yes(value: Value | None) -> bool:
    """Whether a flag's value is known to be yes."""
    return value is not None and (known_text(value) or "").strip("\"' ").lower() in ("yes", "true")


def is_no(value: Value | None) -> bool:
    """Whether a flag's value is known to be no."""
    return value is not None and (known_text(value) or "").strip("\"' ").lower() in ("no", "false")


def _word(text: str, position: int) -> tuple[str, int]:
    letters: list[str] = []
    quote = ""
    while position < len(text):
        letter = text[position]
        following = text[position + 1 : position + 2]
        if letter == "\\" and (following in ("'", '"', "\\") or (following == " " and not quote)) and following:
            letters.append(following)
            position += 2
            continue
        if not quote and letter.isspace():
            break
        if not quote and letter in _QUOTES:
            quote = letter
        elif quote and letter == quote:
            quote = ""
        else:
            letters.append(letter)
        position += 1
    return "".join(letters), position
