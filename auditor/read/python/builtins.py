"""Built-in functions that need the interpreter: they call back, look names up, or take containers apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.access import hidden, type_name
from auditor.read.python.buffers import FILLED
from auditor.read.python.call import Call
from auditor.read.python.callables import CALLABLES
from auditor.read.python.classes import class_attribute
from auditor.read.python.modules import import_module
from auditor.read.python.objects import (
    NONE,
    Arguments,
    BoundMethod,
    ClassObj,
    DictObj,
    External,
    FunctionObj,
    InstanceObj,
    ListObj,
    ModuleObj,
    NamespaceObj,
    Obj,
    PyValue,
    SuperObj,
    TupleObj,
    Wrapped,
    each,
    new_list,
)
from auditor.read.python.sequences import SEQUENCES
from auditor.read.values import Known, OneOf, Text, Unknown, unknown

Handler = Callable[[Call], PyValue]


def _getattr(call: Call) -> PyValue:
    machine, target, wanted = call.machine, call.arg(0), call.arg(1)
    computed = not _is_literal(call, 1)
    results: list[PyValue] = []
    for single in each(wanted):
        name = machine.known(single)
        if not isinstance(name, str):
            results.append(_unknown_attribute(call, target, single))
            continue
        found = machine.attribute(target, name, call.node)
        if len(call.args) > 2 and isinstance(found, Unknown) and not isinstance(target, Unknown):
            found = machine.joined([found, call.args[2]])
        results.append(hidden(found) if computed else found)
    return machine.joined(results)


def _unknown_attribute(call: Call, target: PyValue, wanted: PyValue) -> PyValue:
    if isinstance(target, External):
        return External(f"{target.path}.?", target, (wanted,), is_hidden=True)
    if isinstance(target, InstanceObj | ClassObj):
        names = target.attributes if isinstance(target, ClassObj) else {**target.cls.attributes, **target.attributes}
        methods = [call.machine.attribute(target, name, call.node) for name in names if name[:2] != "__"]
        if methods:
            return call.machine.joined(methods)
    return unknown(Source.UNKNOWN)


def _is_literal(call: Call, index: int) -> bool:
    if not isinstance(call.node, cst.Call) or index >= len(call.node.args):
        return False
    return isinstance(call.node.args[index].value, cst.SimpleString)


def _hasattr(call: Call) -> PyValue:
    name = call.machine.known(call.arg(1))
    target = call.arg(0)
    if isinstance(target, InstanceObj) and isinstance(name, str) and not target.is_open:
        return (
            Known(True)
            if name in target.attributes or class_attribute(target.cls, name) is not None
            else unknown(Source.UNKNOWN)
        )
    return unknown(Source.UNKNOWN)


def _import(call: Call) -> PyValue:
    given = call.arg(0, "name")
    if isinstance(given, OneOf):
        return call.machine.joined([_import(replace(call, args=(single, *call.args[1:]))) for single in given.values])
    name = call.machine.known(given)
    if not isinstance(name, str):
        return External("?", hole=call.machine.evaluation.fresh(Source.UNKNOWN).hole)
    if call.callee.path == "__import__" and "." in name and not call.flag("fromlist", 3):
        name = name.split(".")[0]
    module = import_module(call.machine, name)
    return module if _is_literal(call, 0) else hidden(module)


def _namespace(call: Call) -> PyValue:
    machine = call.machine
    if call.args:
        return NamespaceObj(call.args[0])
    return NamespaceObj(machine.scope.root() if call.callee.path == "globals" else machine.scope)


def _dir(call: Call) -> PyValue:
    from auditor.read.python.subscripts import namespace_items

    return namespace_items(NamespaceObj(call.args[0] if call.args else call.machine.scope))


def _type(call: Call) -> PyValue:
    if len(call.args) == 3:
        attributes = call.args[2].entries if isinstance(call.args[2], DictObj) else {}
        name = call.machine.known(call.args[0])
        bases = tuple(call.items(call.args[1]))
        return ClassObj(str(name), bases, {str(key): value for key, value in attributes.items()})
    value = call.arg(0)
    if isinstance(value, InstanceObj):
        return value.cls
    if isinstance(value, External):
        return call.machine.attribute(value, "__class__", call.node)
    return External(type_name(value))


def _isinstance(call: Call) -> PyValue:
    value, kinds = call.arg(0), call.arg(1)
    wanted = [
        kind.path
        for kind in (call.items(kinds) if isinstance(kinds, TupleObj) else [kinds])
        if isinstance(kind, External)
    ]
    if isinstance(value, Known) or (isinstance(value, ListObj | DictObj | TupleObj) and wanted):
        names = {type_name(value), "object"} | ({"int"} if type_name(value) == "bool" else set())
        if all(path in _TYPES for path in wanted) and wanted:
            return Known(bool(names & set(wanted)))
    if isinstance(value, Text) and "str" in wanted:
        return Known(True)
    return unknown(Source.UNKNOWN)


_TYPES = frozenset("str bytes int float complex bool list dict tuple set frozenset bytearray object".split())


def _callable(call: Call) -> PyValue:
    value = call.arg(0)
    return (
        Known(isinstance(value, FunctionObj | BoundMethod | External | ClassObj))
        if not isinstance(value, Unknown)
        else value
    )


def _super(call: Call) -> PyValue:
    frame = call.machine.frame
    instance = call.args[1] if len(call.args) > 1 else frame.receiver
    owner = call.args[0] if call.args else frame.function.owner if frame.function else None
    if isinstance(owner, ClassObj) and instance is not None:
        return SuperObj(owner, instance)
    return unknown(Source.UNKNOWN)


def _str(call: Call) -> PyValue:
    if not call.args:
        return Known("")
    value = call.args[0]
    if isinstance(value, Known) and isinstance(value.value, bytes) and len(call.args) == 1 and not call.kwargs:
        return Known(str(value.value), value.trail)
    return call.machine.text_of(value, call.node)


def _print(call: Call) -> PyValue:
    machine = call.machine
    from auditor.read.python.objects import FileObj
    from auditor.read.values import concat

    separator = call.text(None, "sep")
    ending = call.text(None, "end")
    parts: list[PyValue] = []
    for index, value in enumerate(call.args):
        if index:
            parts.append(Known(" " if separator is None else separator))
        parts.append(value)
    parts.append(Known("\n" if ending is None else ending))
    target = call.get(None, "file")
    if isinstance(target, FileObj | ListObj) or (isinstance(target, External) and "socket" in target.path):
        text = concat([machine.text_of(part, call.node) for part in parts])
        machine.call(machine.attribute(target, "write", call.node), Arguments((text,)), call.node)
    elif target is None or (isinstance(target, External) and target.path == "sys.stdout"):
        plain = all(not isinstance(part, Obj) for part in parts)
        machine.output(concat([machine.scalar(part) for part in parts]) if plain else None)
    return NONE


def _write_out(call: Call) -> PyValue:
    call.machine.output(call.machine.scalar(call.arg(0)))
    return NONE


def _input(call: Call) -> PyValue:
    given = call.machine.context.stdin
    if isinstance(given, Known) and isinstance(given.value, str) and given.value:
        is_line = "line" in call.callee.path or "input" in call.callee.path
        return Known(given.value.split("\n", 1)[0], given.trail) if is_line else given
    return call.machine.evaluation.fresh(Source.INPUT)


def _subclasses(call: Call) -> PyValue:
    names = (
        "type",
        "os._wrap_close",
        "subprocess.Popen",
        "subprocess.CompletedProcess",
        "warnings.catch_warnings",
        "_frozen_importlib.BuiltinImporter",
    )
    return new_list([External(name, is_hidden=True) for name in names])


def _first_argument(call: Call) -> PyValue:
    return call.arg(0)


def _reload(call: Call) -> PyValue:
    value = call.arg(0)
    return value if isinstance(value, ModuleObj | External) else unknown(Source.UNKNOWN)


BUILTINS: dict[str, Handler] = {
    **CALLABLES,
    **SEQUENCES,
    **FILLED,
    "getattr": _getattr,
    "object.__getattribute__": _getattr,
    "hasattr": _hasattr,
    "__import__": _import,
    "importlib.import_module": _import,
    "importlib.reload": _reload,
    "globals": _namespace,
    "locals": _namespace,
    "vars": _namespace,
    "dir": _dir,
    "type": _type,
    "isinstance": _isinstance,
    "callable": _callable,
    "super": _super,
    "queue.Queue": lambda call: new_list([], "deque"),
    "types.SimpleNamespace": lambda call: InstanceObj(ClassObj("SimpleNamespace", (), {}), dict(call.kwargs)),
    "str": _str,
    "functools.wraps()": _first_argument,
    "functools.lru_cache()": _first_argument,
    "operator.call": lambda call: call.machine.call(call.arg(0), Arguments(call.args[1:], call.kwargs), call.node),
    "print": _print,
    "sys.stdout.write": _write_out,
    "sys.stdout.buffer.write": _write_out,
    "input": _input,
    "raw_input": _input,
    "getpass.getpass": _input,
    "sys.stdin.read": _input,
    "sys.stdin.readline": _input,
    "sys.stdin.buffer.read": _input,
    "object.__subclasses__": _subclasses,
    "type.__subclasses__": _subclasses,
    "typing.cast": lambda call: call.arg(1),
    "contextlib.closing": _first_argument,
    "contextlib.nullcontext": _first_argument,
    "types.MethodType": lambda call: BoundMethod(call.arg(0), call.arg(1)),
    "zlib.decompressobj().flush": lambda call: Known(b""),
    "property": lambda call: Wrapped("property", call.arg(0, "fget"), call.get(1, "fset")),
    "staticmethod": lambda call: Wrapped("staticmethod", call.arg(0)),
    "classmethod": lambda call: Wrapped("classmethod", call.arg(0)),
    "memoryview": _first_argument,
    "asyncio.run": _first_argument,
    "asyncio.create_task": _first_argument,
    "asyncio.ensure_future": _first_argument,
    "asyncio.wait_for": _first_argument,
    "asyncio.shield": _first_argument,
    "asyncio.get_event_loop().run_until_complete": _first_argument,
    "asyncio.new_event_loop().run_until_complete": _first_argument,
    "asyncio.gather": lambda call: new_list(list(call.args)),
    "trio.run": lambda call: call.call_back(call.arg(0), *call.args[1:]),
    "anyio.run": lambda call: call.call_back(call.arg(0), *call.args[1:]),
}
