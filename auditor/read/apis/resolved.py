"""Library calls that give what a text names: an attribute of an object, a module, what a module refers to.

Takes a `Call`, gives what `getattr` or `import` would, marked as reached through a computed name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.python.access import hidden
from auditor.read.python.assign import set_attribute
from auditor.read.python.call import Call
from auditor.read.python.dynamic import run_text
from auditor.read.python.modules import import_module, some_module
from auditor.read.python.objects import (
    External,
    InstanceObj,
    NamespaceObj,
    PyValue,
    Rest,
    Scope,
    TupleObj,
    new_list,
)
from auditor.read.python.subscripts import namespace_items
from auditor.read.values import Known, unknown

Handler = Callable[[Call], PyValue]
_FIELD = re.compile(r"\.(\w+)|\[([^\]]*)\]")


def followed(call: Call, value: PyValue, names: str) -> PyValue:
    """Give the attribute of an attribute that a dotted text names."""
    for name in filter(None, names.split(".")):
        value = call.machine.attribute(value, name, call.node)
    return hidden(value)


def named(call: Call, text: str | None) -> PyValue:
    """Give what a dotted path from a module on names; of one that is not known, what any module has."""
    if not text:
        return External("os.?", is_hidden=True)
    module, colon, names = text.partition(":")
    if not colon:
        module, _, names = text.partition(".")
    return followed(call, import_module(call.machine, module), names)


def _named(call: Call) -> PyValue:
    return named(call, call.text(0))


def _with_name(call: Call) -> PyValue:
    return TupleObj((named(call, call.text(0)), call.arg(0)))


def _extended(call: Call) -> PyValue:
    """`ext://os.system`, as the settings of logging name what is not theirs."""
    return named(call, (call.text(0) or "").removeprefix("ext://"))


def _attribute(call: Call) -> PyValue:
    return followed(call, call.arg(0), call.text(1) or "?")


def _field(call: Call) -> PyValue:
    """`string.Formatter().get_field("0.name", args, kwargs)`."""
    text = call.text(0) or ""
    first = re.match(r"\w*", text)
    start = first[0] if first is not None else ""
    given = call.arg(1 if start.isdecimal() else 2)
    value = call.machine.tables.subscript(
        call.machine, given, Known(int(start) if start.isdecimal() and len(start) < 5 else start), call.node
    )
    for found in _FIELD.finditer(text):
        if found[1]:
            value = hidden(call.machine.attribute(value, found[1], call.node))
        else:
            value = call.machine.tables.subscript(call.machine, value, Known(found[2]), call.node)
    return TupleObj((value, Known(start)))


def _members(call: Call) -> PyValue:
    """`inspect.getmembers(module)`."""
    return namespace_items(NamespaceObj(call.arg(0)), "items", call.machine, call.node)


def _patch(call: Call) -> PyValue:
    """`mock.patch("os.system")` stands for what it is given: what was there, and what is put there meanwhile."""
    made = call.result()
    if call.callee.path.endswith(".object"):
        owner, name, new = call.arg(0), call.text(1), call.get(2, "new")
    else:
        path = call.text(0) or ""
        owner, name, new = named(call, path.rpartition(".")[0]), path.rpartition(".")[2], call.get(1, "new")
    if not name:
        return made
    original = call.machine.attribute(owner, name, call.node)
    made.state.update(owner=owner, original=hidden(original))
    if isinstance(owner, External):
        for each in (owner, *call.machine.scope.names.values(), *call.machine.scope.root().names.values()):
            if isinstance(each, External) and each.path == owner.path:
                there = call.machine.attribute(each, name, call.node)
                call.machine.journal.touch(each)
                each.state[name] = call.machine.joined([there, new or External("unittest.mock.MagicMock()")])
    return made


def _patched(call: Call) -> PyValue:
    made = call.callee.parent
    wanted = "owner" if call.callee.path.endswith("getter") else "original"
    value = made.state.get(wanted, unknown(Source.UNKNOWN)) if made is not None else unknown(Source.UNKNOWN)
    return value if wanted == "owner" else TupleObj((value, Known(True)))


def _objects(call: Call) -> PyValue:
    """All that the collector knows of, modules among them."""
    return new_list([Rest(some_module(call.machine))])


def _likened(call: Call) -> PyValue:
    """`functools.update_wrapper(made, module)`: it gets what the other has, all of it where nothing is said."""
    made, other = call.arg(0), call.arg(1)
    if isinstance(made, InstanceObj) and isinstance(other, External):
        for item in call.items(namespace_items(NamespaceObj(other), "items", call.machine, call.node)):
            if isinstance(item, TupleObj) and isinstance(name := call.machine.known(item.items[0]), str):
                set_attribute(call.machine, made, name, item.items[1], call.node)
    return made


def _evaluated(call: Call) -> PyValue:
    """`ForwardRef(text)._evaluate(…)`."""
    made = call.callee.parent
    text = made.args[0] if made is not None and made.args else call.arg(0)
    return run_text(call, call.machine.scalar(text), call.machine.scope, "eval")


def _inside(call: Call) -> PyValue:
    """Code run in an interpreter inside of this one."""
    code = call.get(0 if call.callee.path.startswith("_test") else 1, "code") or call.arg(0)
    run_text(call, call.machine.scalar(code), Scope({}, None), call.callee.path)
    return call.result()


_INTERPRETERS = "_xxsubinterpreters _interpreters".split()
_CONFIGURATORS = "BaseConfigurator DictConfigurator".split()
CALLS: dict[str, Handler] = {
    "inspect.getattr_static": _attribute,
    "xmlrpc.server.resolve_dotted_attribute": _attribute,
    "inspect.getmembers": _members,
    "inspect.getmembers_static": _members,
    "string.Formatter().get_field": _field,
    "pydoc.safeimport": _named,
    "pydoc.locate": _named,
    "pydoc.resolve": _with_name,
    "unittest.mock._importer": _named,
    "mock._importer": _named,
    "logging.config._resolve": _named,
    **{f"logging.config.{kind}().resolve": _named for kind in _CONFIGURATORS},
    **{f"logging.config.{kind}().{name}": _extended for kind in _CONFIGURATORS for name in ("convert", "ext_convert")},
    **{f"{module}.patch{kind}": _patch for module in ("unittest.mock", "mock") for kind in ("", ".object")},
    **{
        f"{module}.patch{kind}().{name}": _patched
        for module in ("unittest.mock", "mock")
        for kind in ("", ".object")
        for name in ("get_original", "getter")
    },
    **{f"gc.{name}": _objects for name in ("get_objects", "get_referrers", "get_referents")},
    "functools.update_wrapper": _likened,
    "typing.ForwardRef()._evaluate": _evaluated,
    "typing.ForwardRef().evaluate": _evaluated,
    "typing._eval_type": _evaluated,
    **{f"{module}.{name}": _inside for module in _INTERPRETERS for name in ("run_string", "exec")},
    "_testcapi.run_in_subinterp": _inside,
    "_testinternalcapi.run_in_subinterp_with_config": _inside,
    "test.support.run_in_subinterp": _inside,
}
