"""Addresses of requests: from text, from the parts of an options object, and below the address of a client."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import UNDEFINED, External, Function, JsValue, Record
from auditor.read.javascript.options import option
from auditor.read.values import EMPTY, Known, Value, concat, known_text, words_of


def address_of(machine: Machine, function: External, args: Sequence[JsValue]) -> Value:
    """Give the address of a request, from text or from its parts; one without a host is that of the client's."""
    first = args[0] if args else UNDEFINED
    if isinstance(first, External) and first.path in {"URL()", "Request()"} and first.args:
        return under(machine, first.args[0], first.args[1] if len(first.args) > 1 else None)
    if not isinstance(first, Record):
        maker = function.parent.args if function.parent is not None else ()
        base = option(maker, "baseURL") or option(maker, "prefixUrl")
        return under(machine, first, base) if not isinstance(first, Function) else EMPTY
    whole = option([first], "url") or option([first], "uri") or option([first], "href")
    if whole is not None:
        root = option([first], "baseURL")
        return concat([machine.text(root), machine.text(whole)]) if root is not None else machine.text(whole)
    scheme = "https" if function.path.startswith("https") else "http"
    host = option([first], "hostname") or option([first], "host")
    port, path = option([first], "port"), option([first], "path") or option([first], "pathname")
    pieces: list[Value] = [Known(f"{scheme}://"), machine.text(host) if host is not None else Known("localhost")]
    if port is not None:
        pieces += [Known(":"), machine.text(port)]
    return concat([*pieces, machine.text(path) if path is not None else Known("/")])


def under(machine: Machine, path: JsValue, base: JsValue | None) -> Value:
    """Give an address as it stands below another."""
    text = machine.text(path)
    if base is None or "://" in str(words_of(text)[0]):
        return text
    root = machine.text(base.args[0] if isinstance(base, External) and base.path == "URL()" and base.args else base)
    known, given = known_text(root), known_text(text)
    if known is not None and given is not None and known.endswith("/") and given.startswith("/"):
        root = Known(known[:-1])
    return concat([root, text])
