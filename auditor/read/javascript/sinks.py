"""What calls mean outside the script: one table of models by path."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.read.javascript import carried, clouds, code, files, handed, network, processes
from auditor.read.javascript.globals import PURE
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.members import items_of, member
from auditor.read.javascript.modules import require
from auditor.read.javascript.objects import UNDEFINED, External, Function, JsValue, Record
from auditor.read.javascript.source import Node

Model = Callable[[Machine, External, Sequence[JsValue], Node], JsValue]


def model_of(path: str) -> Model | None:
    """Give the model of a call; None where nothing is known of it."""
    found = _MODELS.get(path)
    if found is not None:
        return found
    name = path.rpartition(".")[2]
    return _BY_NAME.get(name) if "." in path else None


def _then(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """A promise is what it will be."""
    from auditor.read.javascript.calls import call

    receiver = function.parent if function.parent is not None else machine.fresh()
    return call(machine, args[0], [receiver], node) if args else receiver


def _promise(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`new Promise((resolve) => …)`: what is resolved with is its value."""
    from auditor.read.javascript.calls import call

    resolve = External("@resolve")
    if args:
        call(machine, args[0], [resolve, External("@reject")], node)
    return resolve.state.get("value", machine.fresh())


def _resolve(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    machine.put(function.state, "value", args[0] if args else UNDEFINED, function.born)
    return UNDEFINED


def _call_external(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`f.call(this, …)`, `f.apply(this, […])`, `f.bind(this)` of what is outside."""
    from auditor.read.javascript.calls import call

    target = function.parent
    name = function.path.rpartition(".")[2]
    if target is None or name == "bind":
        return target if target is not None else machine.fresh()
    given = list(args[1:])
    if name == "apply" and len(args) > 1:
        items, rest = items_of(machine, args[1])
        given = [*items, *([rest] if rest is not None else [])]
    return call(machine, target, given, node)


def _reflect_apply(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    from auditor.read.javascript.calls import call, construct

    items, rest = items_of(machine, args[-1]) if len(args) > 1 else ([], None)
    given = [*items, *([rest] if rest is not None else [])]
    if not args:
        return machine.fresh()
    if function.path.endswith("construct"):
        return construct(machine, args[0], given, node)
    return call(machine, args[0], given, node, args[1] if len(args) > 2 else None)


def _reflect_get(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    name = machine.text(args[1]) if len(args) > 1 else None
    text = getattr(name, "value", None)
    return member(machine, args[0], text if isinstance(text, str) else None, node) if args else machine.fresh()


def _create_require(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    return External("require")


_MODELS: dict[str, Model] = {
    **PURE,
    **files.MODELS,
    **code.MODELS,
    **processes.MODELS,
    **network.MODELS,
    **handed.MODELS,
    **clouds.MODELS,
    **carried.MODELS,
    "require": require,
    "import": require,
    "module.createRequire": _create_require,
    "new Promise": _promise,
    "@resolve": _resolve,
    "Reflect.apply": _reflect_apply,
    "Reflect.construct": _reflect_apply,
    "Reflect.get": _reflect_get,
}
_BY_NAME: dict[str, Model] = {
    "then": _then,
    "call": _call_external,
    "apply": _call_external,
    "bind": _call_external,
    "pipe": network.pipe,
}

__all__ = ["Function", "Record", "model_of"]
