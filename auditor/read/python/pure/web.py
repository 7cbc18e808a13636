"""Pure functions over data formats and URLs: `json`, `html`, `urllib.parse`, `yaml`, `tomllib`, `ipaddress`."""

from __future__ import annotations

import html
import ipaddress
import json
import tomllib
import urllib.parse

from auditor.read.python.fold import Pure, TooLong

_MOST = 1_048_576


def _loads(value: object, **options: object) -> object:
    if not isinstance(value, str | bytes) or len(value) > _MOST:
        raise TooLong
    return json.loads(value)


def _dumps(value: object, **options: object) -> object:
    indent = options.get("indent")
    separators = options.get("separators")
    return json.dumps(
        value,
        ensure_ascii=False,  # placeholders stay single characters
        indent=indent if isinstance(indent, int) and indent < 16 else None,
        separators=(str(separators[0]), str(separators[1])) if isinstance(separators, tuple) else None,
        default=str,
        sort_keys=bool(options.get("sort_keys")),
    )


def _toml(value: object) -> object:
    if not isinstance(value, str) or len(value) > _MOST:
        raise TooLong
    return tomllib.loads(value)


def _yaml(value: object, *rest: object, **options: object) -> object:
    import yaml

    if not isinstance(value, str | bytes) or len(value) > 65_536:
        raise TooLong
    if b"&" in (value if isinstance(value, bytes) else value.encode("utf-8", "replace")):
        raise TooLong  # anchors multiply
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise ValueError from error


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MOST:
        raise TypeError
    return value


def _urlparse(value: object) -> object:
    return tuple(urllib.parse.urlsplit(_text(value)))


def _address(value: object) -> object:
    return str(ipaddress.ip_address(value if isinstance(value, int) else _text(value)))


WEB: dict[str, Pure] = {
    "json.loads": Pure(_loads),
    "json.dumps": Pure(_dumps, through=True),
    "tomllib.loads": Pure(_toml),
    "yaml.safe_load": Pure(_yaml),
    "yaml.load": Pure(_yaml),
    "html.unescape": Pure(lambda value: html.unescape(_text(value)), "unescape"),
    "html.escape": Pure(lambda value, quote=True: html.escape(_text(value))),
    "urllib.parse.unquote": Pure(lambda value, *rest, **options: urllib.parse.unquote(value), "unquote"),
    "urllib.parse.unquote_plus": Pure(lambda value, *rest, **options: urllib.parse.unquote_plus(value), "unquote"),
    "urllib.parse.unquote_to_bytes": Pure(urllib.parse.unquote_to_bytes, "unquote"),
    "urllib.parse.quote": Pure(lambda value, safe="/", **options: urllib.parse.quote(value, safe)),
    "urllib.parse.quote_plus": Pure(lambda value, safe="", **options: urllib.parse.quote_plus(value, safe)),
    "urllib.parse.urlencode": Pure(lambda value, doseq=False: urllib.parse.urlencode(value, bool(doseq))),
    "urllib.parse.urljoin": Pure(urllib.parse.urljoin, through=True),
    "urllib.parse.urlsplit": Pure(_urlparse),
    "ipaddress.ip_address": Pure(_address),
    "ipaddress.IPv4Address": Pure(_address),
    "socket.inet_ntoa": Pure(_address),
}
