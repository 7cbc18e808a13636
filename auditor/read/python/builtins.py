"""Built-in functions that need the interpreter: they call back, look names up, or take containers apart."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import libcst as cst

from auditor.model.word import Source
from auditor.read.python.access import hidden, type_name
from auditor.read.python.assign import set_attribute
from auditor.read.python.call import Call
from auditor.read.python.classes import class_attribute
from auditor.read.python.literals import distinct, update
from auditor.read.python.machine import Machine
from auditor.read.python.modules import import_module
from auditor.read.python.native import Lowering, Many, Unfit
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
    Method,
    ModuleObj,
    NamespaceObj,
    Obj,
    Partial,
    PyValue,
    Rest,
    SuperObj,
    TupleObj,
    Wrapped,
    each,
    new_list,
)
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
        methods = [call.machine.attribute(target, name, call.node) for name in list(names)[:16] if name[:2] != "__"]
        if methods:
            return call.machine.joined(methods)
    return unknown(Source.UNKNOWN)


def _is_literal(call: Call, index: int) -> bool:
    if not isinstance(call.node, cst.Call) or index >= len(call.node.args):
        return False
    return isinstance(call.node.args[index].value, cst.SimpleString)


def _setattr(call: Call) -> PyValue:
    name = call.machine.known(call.arg(1))
    if isinstance(name, str):
        set_attribute(call.machine, call.arg(0), name, call.arg(2), call.node)
    return NONE


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
    name = call.machine.known(call.arg(0, "name"))
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
    return NamespaceObj(machine.module if call.callee.path == "globals" else machine.scope)


def _dir(call: Call) -> PyValue:
    from auditor.read.python.access import namespace_items

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


def _length(call: Call) -> PyValue:
    value = call.arg(0)
    if isinstance(value, ListObj | TupleObj | DictObj):
        items = value.items if isinstance(value, TupleObj) else value.entries if isinstance(value, DictObj) else None
        if isinstance(value, ListObj):
            sizes = {len(variant) for variant in value.variants}
            if any(isinstance(item, Rest) for variant in value.variants for item in variant):
                return unknown(Source.UNKNOWN)
            return call.machine.joined([Known(size) for size in sorted(sizes)])
        if isinstance(value, DictObj) and value.rest is not None:
            return unknown(Source.UNKNOWN)
        return Known(len(items or ()))
    if isinstance(value, Known) and isinstance(value.value, str | bytes):
        return Known(len(value.value))
    if isinstance(value, InstanceObj) and class_attribute(value.cls, "__len__") is not None:
        return call.machine.call(call.machine.attribute(value, "__len__", call.node), Arguments(), call.node)
    if isinstance(value, OneOf):
        return call.machine.joined(
            [
                Known(len(single.value))
                if isinstance(single, Known) and isinstance(single.value, str | bytes)
                else unknown(Source.UNKNOWN)
                for single in value.values
            ]
        )
    return unknown(Source.UNKNOWN)


def _map(call: Call) -> PyValue:
    function = call.arg(0)
    columns = [call.items(value) for value in call.args[1:]]
    results: list[PyValue] = []
    for row in zip(*columns, strict=False):
        value = call.call_back(function, *(item.value if isinstance(item, Rest) else item for item in row))
        results.append(Rest(value) if any(isinstance(item, Rest) for item in row) else value)
    return new_list(results, "generator")


def _starmap(call: Call) -> PyValue:
    results = [
        call.call_back(call.arg(0), *call.items(item.value if isinstance(item, Rest) else item))
        for item in call.items(call.arg(1))
    ]
    return new_list(results, "generator")


def _filter(call: Call) -> PyValue:
    function = call.arg(0)
    kept: list[PyValue] = []
    for item in call.items(call.arg(1)):
        inner = item.value if isinstance(item, Rest) else item
        is_none = isinstance(function, Known) and function.value is None
        verdict = call.machine.truth(inner if is_none else call.call_back(function, inner))
        if verdict is not False:
            kept.append(item if verdict or isinstance(item, Rest) else Rest(item))
    return new_list(kept, "generator")


def ordered(machine: Machine, items: list[PyValue], given: Arguments, node: cst.CSTNode) -> list[PyValue]:
    """Sort items as `sorted` does, where their keys are known; otherwise leave them."""
    key = given.kwargs.get("key")
    try:
        rows = []
        for index, item in enumerate(items):
            shown = (
                machine.call(key, Arguments((item,)), node)
                if key is not None and machine.truth(key) is not False
                else item
            )
            rows.append((Lowering().lower(shown), index, item))
        rows.sort(key=lambda row: row[0])  # type: ignore[arg-type, return-value]
    except (Unfit, Many, TypeError):
        return list(items)
    result = [item for _, _, item in rows]
    return result[::-1] if machine.truth(given.kwargs.get("reverse", Known(False))) else result


def _sorted(call: Call) -> PyValue:
    return new_list(ordered(call.machine, call.items(call.arg(0)), Arguments((), call.kwargs), call.node))


def _zip(call: Call) -> PyValue:
    columns = [call.items(value) for value in call.args]
    rows: list[PyValue] = []
    for row in zip(*columns, strict=False):
        inner = TupleObj(tuple(item.value if isinstance(item, Rest) else item for item in row))
        rows.append(Rest(inner) if any(isinstance(item, Rest) for item in row) else inner)
    return new_list(rows, "generator")


def _enumerate(call: Call) -> PyValue:
    start = call.machine.known(call.arg(1, "start"))
    offset = start if isinstance(start, int) else 0
    rows: list[PyValue] = []
    for index, item in enumerate(call.items(call.arg(0))):
        if isinstance(item, Rest):
            rows.append(Rest(TupleObj((unknown(Source.UNKNOWN), item.value))))
        else:
            rows.append(TupleObj((Known(index + offset), item)))
    return new_list(rows, "generator")


def _reversed(call: Call) -> PyValue:
    items = call.items(call.arg(0))
    step = call.machine.step(call.node, "reverse")
    if all(isinstance(item, Known) for item in items):
        from auditor.read.values import stepped

        return new_list(
            [stepped(item, step) if isinstance(item, Known) else item for item in reversed(items)], "generator"
        )
    return new_list(items[::-1], "generator")


def _range(call: Call) -> PyValue:
    bounds = [call.machine.known(value) for value in call.args]
    numbers = [bound for bound in bounds if isinstance(bound, int)]
    if len(numbers) != len(bounds) or not numbers or (len(numbers) == 3 and numbers[2] == 0):
        return new_list([Rest(unknown(Source.UNKNOWN))])
    most = call.machine.limits.loop_rounds
    items: list[PyValue] = [Known(number) for number in islice(range(*numbers[:3]), most + 1)]
    if len(items) > most:
        return new_list([*items[:2], Rest(unknown(Source.UNKNOWN))])
    return new_list(items)


def _collect(kind: str) -> Handler:
    def handler(call: Call) -> PyValue:
        if not call.args:
            return new_list([], kind) if kind != "tuple" else TupleObj(())
        value = call.args[0]
        if isinstance(value, ListObj) and kind == "list":
            return ListObj([list(variant) for variant in value.variants])
        if isinstance(value, Unknown):
            return value
        items = call.items(value)
        if kind == "tuple":
            return TupleObj(tuple(items))
        return new_list(distinct(items) if kind in ("set", "frozenset") else items, kind)

    return handler


def _dict(call: Call) -> PyValue:
    result = DictObj({})
    for value in call.args[:1]:
        update(call.machine, result, new_list(call.items(value)) if isinstance(value, ListObj) else value)
    result.entries.update(call.kwargs)
    if call.rest is not None:
        result.rest = call.rest
    return result


def _str(call: Call) -> PyValue:
    if not call.args:
        return Known("")
    value = call.args[0]
    if isinstance(value, Known) and isinstance(value.value, bytes) and len(call.args) == 1 and not call.kwargs:
        return Known(str(value.value), value.trail)
    return call.machine.text_of(value, call.node)


def _next(call: Call) -> PyValue:
    value = call.arg(0)
    if isinstance(value, ListObj):
        return call.machine.call(Method(value, "popleft"), Arguments(), call.node)
    if isinstance(value, InstanceObj) and class_attribute(value.cls, "__next__") is not None:
        return call.machine.call(call.machine.attribute(value, "__next__", call.node), Arguments(), call.node)
    items = call.items(value)
    if not items:
        return call.args[1] if len(call.args) > 1 else unknown(Source.UNKNOWN)
    return items[0].value if isinstance(items[0], Rest) else items[0]


def _iter(call: Call) -> PyValue:
    if len(call.args) == 2:
        return new_list([Rest(call.call_back(call.args[0]))], "generator")
    value = call.arg(0)
    return value if isinstance(value, ListObj | InstanceObj) else new_list(call.items(value), "generator")


def _any_all(call: Call) -> PyValue:
    verdicts = [call.machine.truth(item) for item in call.items(call.arg(0))]
    decisive = call.callee.path == "any"
    if decisive in verdicts:
        return Known(decisive)
    return unknown(Source.UNKNOWN) if None in verdicts else Known(not decisive)


def _reduce(call: Call) -> PyValue:
    items = call.items(call.arg(1))
    if len(call.args) > 2:
        items = [call.args[2], *items]
    if not items:
        return unknown(Source.UNKNOWN)
    first, *others = [item.value if isinstance(item, Rest) else item for item in items]
    for item in others:
        first = call.call_back(call.arg(0), first, item)
    return first


def _partial(call: Call) -> PyValue:
    return Partial(call.arg(0), call.args[1:], dict(call.kwargs))


def _methodcaller(call: Call) -> PyValue:
    kind = call.callee.path.removesuffix("()").rpartition(".")[2]
    made = call.callee
    target = call.arg(0)
    names = [call.machine.known(name) for name in made.args]
    if kind == "methodcaller" and names and isinstance(names[0], str):
        method = hidden(call.machine.attribute(target, names[0], call.node))
        return call.machine.call(method, Arguments(made.args[1:], made.kwargs), call.node)
    results: list[PyValue] = []
    for name, raw in zip(names, made.args, strict=True):
        if kind == "itemgetter":
            results.append(call.machine.tables.subscript(call.machine, target, raw, call.node))
            continue
        value = target
        for part in str(name).split("."):
            value = hidden(call.machine.attribute(value, part, call.node))
        results.append(value)
    return results[0] if len(results) == 1 else TupleObj(tuple(results))


def _maker(call: Call) -> PyValue:
    return call.result()


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
    if isinstance(target, FileObj) or (isinstance(target, External) and "socket" in target.path):
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


def _namedtuple(call: Call) -> PyValue:
    fields = call.machine.known(call.arg(1, "field_names"))
    names = (
        fields.replace(",", " ").split()
        if isinstance(fields, str)
        else [str(name) for name in fields]
        if isinstance(fields, list | tuple)
        else []
    )
    return ClassObj(call.text(0) or "tuple", (), {}, tuple(names))


def _defaultdict(call: Call) -> PyValue:
    factory = call.arg(0)
    rest: PyValue | None = None
    if isinstance(factory, FunctionObj | ClassObj):
        rest = call.call_back(factory)
    elif isinstance(factory, External) and factory.path == "list":
        rest = unknown(Source.UNKNOWN)
    result = DictObj({}, rest)
    for value in call.args[1:2]:
        update(call.machine, result, value)
    return result


def _first_argument(call: Call) -> PyValue:
    return call.arg(0)


def _identity_decorator(call: Call) -> PyValue:
    return (
        External("functools.lru_cache()")
        if not call.args or not isinstance(call.args[0], FunctionObj)
        else call.args[0]
    )


def _chain(call: Call) -> PyValue:
    sources = call.items(call.args[0]) if call.callee.path.endswith("from_iterable") and call.args else list(call.args)
    return new_list(
        [item for value in sources for item in call.items(value.value if isinstance(value, Rest) else value)]
    )


def _property_part(call: Call) -> PyValue:
    return call.arg(0)


def _reload(call: Call) -> PyValue:
    value = call.arg(0)
    return value if isinstance(value, ModuleObj | External) else unknown(Source.UNKNOWN)


BUILTINS: dict[str, Handler] = {
    "getattr": _getattr,
    "setattr": _setattr,
    "object.__setattr__": _setattr,
    "object.__getattribute__": _getattr,
    "inspect.getattr_static": _getattr,
    "hasattr": _hasattr,
    "__import__": _import,
    "importlib.import_module": _import,
    "pydoc.locate": _import,
    "importlib.reload": _reload,
    "globals": _namespace,
    "locals": _namespace,
    "vars": _namespace,
    "dir": _dir,
    "type": _type,
    "isinstance": _isinstance,
    "callable": _callable,
    "super": _super,
    "len": _length,
    "map": _map,
    "itertools.starmap": _starmap,
    "filter": _filter,
    "sorted": _sorted,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": _reversed,
    "range": _range,
    "xrange": _range,
    "list": _collect("list"),
    "tuple": _collect("tuple"),
    "set": _collect("set"),
    "frozenset": _collect("frozenset"),
    "collections.deque": _collect("deque"),
    "queue.Queue": lambda call: new_list([], "deque"),
    "dict": _dict,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _defaultdict,
    "collections.namedtuple": _namedtuple,
    "types.SimpleNamespace": lambda call: InstanceObj(ClassObj("SimpleNamespace", (), {}), dict(call.kwargs)),
    "str": _str,
    "next": _next,
    "anext": _next,
    "iter": _iter,
    "any": _any_all,
    "all": _any_all,
    "functools.reduce": _reduce,
    "reduce": _reduce,
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "functools.wraps": _maker,
    "functools.wraps()": _first_argument,
    "functools.lru_cache": _identity_decorator,
    "functools.cache": _identity_decorator,
    "functools.lru_cache()": _first_argument,
    "operator.methodcaller": _maker,
    "operator.attrgetter": _maker,
    "operator.itemgetter": _maker,
    "operator.methodcaller()": _methodcaller,
    "operator.attrgetter()": _methodcaller,
    "operator.itemgetter()": _methodcaller,
    "operator.call": lambda call: call.machine.call(call.arg(0), Arguments(call.args[1:], call.kwargs), call.node),
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": _chain,
    "print": _print,
    "sys.stdout.write": _write_out,
    "sys.stdout.buffer.write": _write_out,
    "input": _input,
    "raw_input": _input,
    "getpass.getpass": _input,
    "sys.stdin.read": _input,
    "sys.stdin.readline": _input,
    "object.__subclasses__": _subclasses,
    "type.__subclasses__": _subclasses,
    "copy.copy": _first_argument,
    "copy.deepcopy": _first_argument,
    "typing.cast": lambda call: call.arg(1),
    "contextlib.suppress": _maker,
    "contextlib.closing": _first_argument,
    "contextlib.nullcontext": _first_argument,
    "types.MethodType": lambda call: BoundMethod(call.arg(0), call.arg(1)),
    "types.FunctionType": _first_argument,
    "property": lambda call: Wrapped("property", call.arg(0)),
    "staticmethod": lambda call: Wrapped("staticmethod", call.arg(0)),
    "classmethod": lambda call: Wrapped("classmethod", call.arg(0)),
    "memoryview": _first_argument,
    "io.BytesIO": _first_argument,
    "io.StringIO": _first_argument,
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
