"""`jq` over known JSON, as far as it only picks: paths of keys and numbers; everything else is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from auditor.read.filters.streams import CannotFold, Streams, options_of

_PATH = re.compile(r"\.?(?:\[(-?\d{1,6})\]|\[\"([^\"]*)\"\]|\.?([A-Za-z_]\w*)|\.?\"([^\"]*)\"|\[(\])|\.)\??")
_MOST_ITEMS = 10_000


def jq(arguments: Sequence[str], streams: Streams) -> str:
    """`jq [-r|-j|-c] PATH [FILE…]`."""
    options = options_of(arguments)
    options.only("-r", "-j", "-c", "-M", "--raw-output", "--join-output", "--compact-output")
    if not options.operands:
        raise CannotFold("jq without a filter")
    path, *files = options.operands
    try:
        found: list[object] = [json.loads(streams.read_all(tuple(files)))]
    except (ValueError, RecursionError):
        raise CannotFold("no JSON") from None
    at = 0
    path = path.strip()
    while at < len(path):
        step = _PATH.match(path, at)
        if step is None or step.end() == at:
            raise CannotFold("more than a path")
        found = _picked(found, step)
        at = step.end()
    raw = options.has("-r", "-j", "--raw-output", "--join-output")
    if not raw and not options.has("-c", "--compact-output") and any(isinstance(each, dict | list) for each in found):
        raise CannotFold("printed over several lines")
    shown = [each if raw and isinstance(each, str) else json.dumps(each, separators=(",", ":")) for each in found]
    return "".join(shown) if options.has("-j", "--join-output") else "".join(f"{each}\n" for each in shown)


def _picked(found: list[object], step: re.Match[str]) -> list[object]:
    index, quoted, name, other, spread = step.groups()
    key = next((each for each in (quoted, name, other) if each is not None), None)
    picked: list[object] = []
    for each in found:
        if index is not None:
            picked.append(each[int(index)] if isinstance(each, list) and -len(each) <= int(index) < len(each) else None)
        elif key is not None:
            picked.append(each.get(key) if isinstance(each, dict) else None)
        elif spread is not None:
            picked += list(each.values()) if isinstance(each, dict) else each if isinstance(each, list) else []
        else:
            picked.append(each)
    if len(picked) > _MOST_ITEMS:
        raise CannotFold("too many items")
    return picked
