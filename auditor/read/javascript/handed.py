"""What hands a call on to the script's own functions: proxies, events, workers, and JSON that is revived."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.model.unit import Language
from auditor.read.bounds import within
from auditor.read.javascript.collections import COLLECTIONS
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import (
    UNDEFINED,
    Array,
    External,
    Function,
    JsValue,
    Record,
    choices,
)
from auditor.read.javascript.options import is_set
from auditor.read.javascript.source import Node
from auditor.read.javascript.strings import plain
from auditor.read.values import Known

Model = Callable[[Machine, External, Sequence[JsValue], Node], JsValue]
_MOST_DEPTH = 40
_MOST_LISTENERS = 50


def _proxy(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`new Proxy(target, {get, apply})`: members and calls go through the handler."""
    target = args[0] if args else UNDEFINED
    handler = args[1] if len(args) > 1 else UNDEFINED
    getter = handler.entries.get("get") if isinstance(handler, Record) else None
    applied = handler.entries.get("apply") if isinstance(handler, Record) else None
    if isinstance(getter, Function):
        entries = dict(target.entries) if isinstance(target, Record) else {}
        return Record({**entries, "@target": target, "@get": getter}, is_open=True)
    return External("proxied", args=(target, applied)) if isinstance(applied, Function) else target


def _applied(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """Call what a proxy with `apply` stands for: the handler gets the target, `this` and the arguments."""
    from auditor.read.javascript.functions import call_function

    target, handler = function.args
    if not isinstance(handler, Function):
        return UNDEFINED
    return call_function(machine, handler, [target, UNDEFINED, Array(list(args))], None)


def _listen(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`emitter.on(name, listener)`."""
    emitter = function.parent
    name = plain(args[0]) if args else None
    if emitter is None or len(args) < 2:
        return UNDEFINED
    key = f"@on {name}"
    kept = emitter.state.get(key)
    listeners = list(kept.items) if isinstance(kept, Array) else []
    machine.put(
        emitter.state,
        key,
        Array(list(within(machine.evaluation, [*listeners, args[1]], _MOST_LISTENERS, "listeners"))),
        emitter.born,
    )
    return emitter


def _emit(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`emitter.emit(name, …)`."""
    from auditor.read.javascript.calls import call

    emitter = function.parent
    name = plain(args[0]) if args else None
    kept = emitter.state.get(f"@on {name}") if emitter is not None else None
    for listener in kept.items if isinstance(kept, Array) else ():
        call(machine, listener, args[1:], node, emitter)
    return Known(isinstance(kept, Array))


def _worker(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`new Worker(code, {eval: true})`, and a worker of a file or a `data:` address."""
    for single in choices(args[0]) if args else ():
        text = plain(single)
        if is_set(args[1:], "eval"):
            code = machine.text(single)
            machine.evaluation.run_code(Language.JAVASCRIPT, code, machine.child(node), made_by="new Worker")
        elif text is not None:
            machine.launch([Known("node"), Known(text)], machine.child(node))
    return External("worker()", function)


def _revived(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`JSON.parse(text, reviver)`: each value goes through the function, the innermost first."""
    whole = COLLECTIONS["JSON.parse"](machine, function, args[:1], node)
    if len(args) < 2 or not isinstance(args[1], Function):
        return whole
    return _revive(machine, args[1], "", whole, 0)


def _revive(machine: Machine, reviver: Function, key: str, value: JsValue, depth: int) -> JsValue:
    from auditor.read.javascript.functions import call_function

    if depth > _MOST_DEPTH:
        return value
    if isinstance(value, Record):
        made = {name: _revive(machine, reviver, name, item, depth + 1) for name, item in value.entries.items()}
        value = Record({name: item for name, item in made.items() if item is not UNDEFINED})
    elif isinstance(value, Array):
        items = [_revive(machine, reviver, str(at), item, depth + 1) for at, item in enumerate(value.items)]
        value = Array(items, value.rest)
    return call_function(machine, reviver, [Known(key), value], None)


_EMITTERS = ("events()", "events.EventEmitter()", "events.default()", "events.once()")
MODELS: dict[str, Model] = {
    "new Proxy": _proxy,
    "proxied": _applied,
    "JSON.parse": _revived,
    "new worker_threads.Worker": _worker,
    **{f"{made}.{name}": _listen for made in _EMITTERS for name in ("on", "once", "addListener", "prependListener")},
    **{f"{made}.emit": _emit for made in _EMITTERS},
}
