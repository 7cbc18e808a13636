"""Options that a script declares with defaults: `argparse`, `click`, `typer`.

A script that is run as it stands gets the defaults, so an option is its default or what somebody gave.
"""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.python.call import Call
from auditor.read.python.objects import (
    NONE,
    Arguments,
    DictObj,
    External,
    FunctionObj,
    ListObj,
    PyValue,
    TupleObj,
    keyed,
)
from auditor.read.values import Known, known_text, unknown

Handler = Callable[[Call], PyValue]
_MOST = 2_000
_PARSERS = ("argparse.ArgumentParser()", "argparse.ArgumentParser().add_argument_group()")


def _name_of(call: Call) -> str:
    wanted = call.text(None, "dest")
    if wanted:
        return wanted
    names = [known_text(call.machine.scalar(value)) or "" for value in call.args]
    long = next((name for name in names if name.startswith("--")), names[0] if names else "")
    return long.lstrip("-").replace("-", "_")


def _default_of(call: Call) -> PyValue:
    """Give what an option is: its default, or what somebody gave."""
    given = call.machine.evaluation.fresh(Source.ARGUMENT)
    action = call.text(None, "action")
    if action in ("store_true", "store_false"):
        return call.machine.joined([Known(action == "store_false"), Known(action == "store_true")])
    found = [each for name in ("default", "const") if (each := call.get(None, name)) is not None]
    return call.machine.joined([*(_converted(call, each) for each in found if not _is_none(each)), given])


def _is_none(value: PyValue) -> bool:
    return isinstance(value, Known) and value.value is None


def _converted(call: Call, default: PyValue) -> PyValue:
    """Give a default as its option's `type` makes it, which is asked where the default is text."""
    kind = call.get(None, "type")
    if kind is None or known_text(call.machine.scalar(default)) is None:
        return default
    return call.machine.call(kind, Arguments((default,)), call.node)


def _root(call: Call) -> External:
    """Give the parser that an option or a group belongs to."""
    here = call.receiver
    return here.ancestor("argparse.ArgumentParser()") or here


def _add_argument(call: Call) -> PyValue:
    parser = _root(call)
    name = _name_of(call)
    found = parser.state.get("\0options")
    if not isinstance(found, DictObj):
        found = DictObj({})
        call.machine.journal.touch(parser)
        parser.state["\0options"] = found
    if name and len(found.entries) >= _MOST:
        call.machine.evaluation.gap(Why.TOO_MANY, f"more than {_MOST} options", None)
    elif name:
        call.machine.journal.touch(found)
        before = [found.entries[name]] if name in found.entries else []  # by `set_defaults`
        found.entries[name] = call.machine.joined([*before, _default_of(call)])
    return call.result()


def _set_defaults(call: Call) -> PyValue:
    parser = _root(call)
    found = parser.state.get("\0options")
    if not isinstance(found, DictObj):
        found = parser.state["\0options"] = DictObj({})
    call.machine.journal.touch(found)
    found.entries.update(keyed(call.kwargs))
    return NONE


def _parse(call: Call) -> PyValue:
    found = _root(call).state.get("\0options")
    space = External("argparse.Namespace()", call.callee, hole=call.machine.evaluation.fresh(Source.ARGUMENT).hole)
    if isinstance(found, DictObj):
        space.state.update({str(name): value for name, value in found.entries.items()})
    if call.callee.path.endswith("parse_known_args"):
        return TupleObj((space, unknown(Source.ARGUMENT)))
    return space


def _namespace(call: Call) -> PyValue:
    """`Namespace(a=1)`, `SimpleNamespace(a=1)`."""
    made = call.result()
    made.state.update(call.kwargs)
    if call.rest is not None:
        made.hole = unknown(Source.UNKNOWN).hole
    return made


def _click_option(call: Call) -> PyValue:
    """`@click.option("--name", default=…)` over a function: the parameter has the default."""
    function = call.arg(0)
    made = call.callee
    if isinstance(function, FunctionObj):
        declared = Call(call.machine, made, made.args, made.kwargs, None, call.node)
        names = [known_text(call.machine.scalar(value)) or "" for value in made.args]
        own = next((name for name in names if name.isidentifier()), "") or _name_of(declared)
        if own:
            call.machine.journal.touch(function)
            function.defaults[own] = _default_of(declared)
    return function


def typer_default(value: PyValue, joined: Callable[[list[PyValue]], PyValue], given: PyValue) -> PyValue:
    """Give what a parameter whose default is `typer.Option(…)` is."""
    if not isinstance(value, External) or value.path not in ("typer.Option()", "typer.Argument()"):
        return value
    default = value.args[0] if value.args else value.kwargs.get("default")
    if default is None or _is_none(default):
        return given
    return given if isinstance(default, ListObj) and not default.items else joined([default, given])


CALLS: dict[str, Handler] = {
    **{f"{parser}.add_argument": _add_argument for parser in _PARSERS},
    "argparse.ArgumentParser().add_mutually_exclusive_group().add_argument": _add_argument,
    "argparse.ArgumentParser().set_defaults": _set_defaults,
    "argparse.ArgumentParser().parse_args": _parse,
    "argparse.ArgumentParser().parse_known_args": _parse,
    "argparse.Namespace": _namespace,
    "types.SimpleNamespace": _namespace,
    "click.option()": _click_option,
    "click.argument()": _click_option,
}
