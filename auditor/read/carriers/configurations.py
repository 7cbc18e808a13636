"""Configuration of tunnel clients and miners, told by its keys whatever the file is called.

A data file has no code in it, but such a file makes a program that looks harmless on its command
line (`./agent -c settings.toml`) open a tunnel or mine. Keys as the programs' own documentation
has them: frp (https://gofrp.org/en/docs/reference/), ngrok (https://ngrok.com/docs/agent/config/),
cloudflared (https://developers.cloudflare.com/tunnel/), rathole's README, xmrig
(https://xmrig.com/docs/miner/config).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from auditor.model.place import Place, Span
from auditor.model.unit import Unit
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Value

_MOST_CHARACTERS = 5_000_000
_MOST_POOLS = 1_000  # one is enough to tell
_MOST_SEARCHED = 20_000
"""Characters in which a pool's line is looked for; one that stands later is told without."""
_UNKNOWN = "unknown"
_FRP_SERVER = re.compile(r"^[ \t]*(?:serverAddr|server_addr)[ \t]*=[ \t]*[\"']?([^\"'\s#]+)", re.MULTILINE)
_FRP_PORT = re.compile(r"^[ \t]*(?:serverPort|server_port)[ \t]*=[ \t]*[\"']?(\d+)", re.MULTILINE)
_FRP_SERVICE = re.compile(
    r"^[ \t]*(?:\[\[(?:proxies|visitors)\]\]"
    r"|(?:remotePort|remote_port|localPort|local_port|customDomains|custom_domains)[ \t]*=)",
    re.MULTILINE,
)
_RATHOLE = re.compile(r"^\[client\][^\[]*?^[ \t]*remote_addr[ \t]*=[ \t]*[\"']([^\"']+)", re.MULTILINE | re.DOTALL)
_NGROK = re.compile(r"^[ \t]*(?:authtoken|tunnels|endpoints):", re.MULTILINE)
_CLOUDFLARED = re.compile(r"^tunnel:[ \t]*[\"']?([\w.-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Configured:
    """What a text configures: the words of an effect, and the line that says so."""

    words: tuple[str, ...]
    line: int


def configured(text: str) -> tuple[Configured, ...]:
    """Give what a text configures; nothing for a text that is no such configuration, or is too large to be one."""
    if len(text) > _MOST_CHARACTERS:
        return ()
    found = [*_frp(text), *_rathole(text), *_ngrok(text), *_cloudflared(text), *_miner(text)]
    return tuple(found)


def read_configuration(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read a data file for what it configures."""
    for each in configured(unit.text):
        place = Place(unit.id, Span(each.line, 1, each.line, 1), context.place.trail)
        evaluation.emit(*each.words, place=place)
    return Outcome()


def _frp(text: str) -> list[Configured]:
    server = _FRP_SERVER.search(text)
    if server is None or _FRP_SERVICE.search(text) is None:
        return []
    port = _FRP_PORT.search(text)
    return [
        Configured(("tunnel.configure", "frp", server[1], port[1] if port else "7000"), _line(text, server.start(1)))
    ]


def _rathole(text: str) -> list[Configured]:
    match = _RATHOLE.search(text)
    if match is None or "[client.services" not in text:
        return []
    host, _, port = match[1].rpartition(":")
    return [
        Configured(("tunnel.configure", "rathole", host or match[1], port or _UNKNOWN), _line(text, match.start(1)))
    ]


def _ngrok(text: str) -> list[Configured]:
    keys = {match[0].strip().rstrip(":") for match in _NGROK.finditer(text)}
    if "authtoken" not in keys or not keys & {"tunnels", "endpoints"}:
        return []
    where = next(match.start() for match in _NGROK.finditer(text))
    return [Configured(("tunnel.configure", "ngrok", "ngrok.com", _UNKNOWN), _line(text, where))]


def _cloudflared(text: str) -> list[Configured]:
    match = _CLOUDFLARED.search(text)
    if match is None or not re.search(r"^(?:ingress|credentials-file|url):", text, re.MULTILINE):
        return []
    return [Configured(("tunnel.configure", "cloudflared", match[1], _UNKNOWN), _line(text, match.start(1)))]


def _miner(text: str) -> list[Configured]:
    """Find xmrig's `pools` and those of the miners that took over its form."""
    if '"pools"' not in text or not text.lstrip().startswith("{"):
        return []
    try:
        document = msgspec.json.decode(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    except (msgspec.DecodeError, RecursionError):
        return []
    pools = document.get("pools") if isinstance(document, dict) else None
    told = [
        (str(pool["url"]), str(pool["user"]))
        for pool in (pools if isinstance(pools, list) else ())
        if isinstance(pool, dict) and isinstance(pool.get("url"), str) and isinstance(pool.get("user"), str)
    ]
    return [
        Configured(
            ("miner.configure", url or _UNKNOWN, user or _UNKNOWN),
            _line(text, max(0, text.find(url, 0, _MOST_SEARCHED))),
        )
        for url, user in told[:_MOST_POOLS]
    ]


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
