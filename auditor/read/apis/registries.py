"""Library objects that keep what the script gives them, and hand it on: variables of a context, handlers, codecs.

Takes a `Call`; what is kept stands in the state of the library object, under the journal.
"""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.python.call import Call
from auditor.read.python.classes import class_attribute
from auditor.read.python.formats import percent
from auditor.read.python.objects import (
    NONE,
    Arguments,
    BoundMethod,
    DictObj,
    External,
    FunctionObj,
    InstanceObj,
    ListObj,
    Partial,
    PyValue,
    TupleObj,
    new_list,
)
from auditor.read.values import unknown

Handler = Callable[[Call], PyValue]
_MOST_HANDLERS = 20


def _context_variable(call: Call) -> PyValue:
    default = call.get(None, "default")
    return call.result(**({"value": default} if default is not None else {}))


def _context_get(call: Call) -> PyValue:
    found = call.receiver.state.get("value", call.get(0, "default"))
    return unknown(Source.UNKNOWN) if found is None else found


def _context_set(call: Call) -> PyValue:
    call.machine.journal.touch(call.receiver)
    call.receiver.state["value"] = call.arg(0, "value")
    return call.result()


def _call_first(call: Call) -> PyValue:
    """`context.run(function, *args)`."""
    if not call.args:
        return NONE
    return call.machine.call(call.args[0], Arguments(call.args[1:], call.kwargs, call.rest), call.node)


def _dispatcher(call: Call) -> PyValue:
    """`@singledispatch`: the function keeps its variants; which one runs is decided by types that are not known."""
    function = call.arg(0)
    if isinstance(function, FunctionObj):
        call.machine.journal.touch(function)
        function.attributes["\0variants"] = new_list([function])
        function.attributes["register"] = Partial(External("functools.singledispatch.register"), (function,), {})
        function.attributes["dispatch"] = Partial(External("functools.singledispatch.dispatch"), (function,), {})
    return function


def _has_room(call: Call, count: int) -> bool:
    if count >= _MOST_HANDLERS:
        call.machine.evaluation.gap(Why.TOO_MANY, f"more than {_MOST_HANDLERS} functions registered", None)
    return count < _MOST_HANDLERS


def _register(call: Call) -> PyValue:
    """`dispatcher.register(type)(function)`, `dispatcher.register(function)`."""
    dispatcher, variant = call.arg(0), call.args[-1]
    if not isinstance(variant, FunctionObj) or len(call.args) < 2:
        return Partial(call.callee, call.args, {})
    variants = dispatcher.attributes.get("\0variants") if isinstance(dispatcher, FunctionObj) else None
    if isinstance(variants, ListObj) and _has_room(call, len(variants.items)):
        call.machine.journal.touch(variants)
        variants.items.append(variant)
    return variant


def _add_handler(call: Call) -> PyValue:
    """`logger.addHandler(handler)`, `addFilter`: every record of the script goes there."""
    if _has_room(call, len(call.machine.listeners)):
        call.machine.listeners.append(call.arg(0))
    return NONE


def _log(call: Call) -> PyValue:
    if not call.machine.listeners:
        return NONE
    args = call.args[1:] if call.callee.path.endswith(".log") else call.args
    if not args:
        return NONE
    given: PyValue = args[1] if len(args) == 2 and isinstance(args[1], DictObj) else TupleObj(args[1:])
    shown = percent(call.machine, call.machine.scalar(args[0]), given, call.node) if args[1:] else args[0]
    state = {"msg": args[0], "args": TupleObj(args[1:]), "message": shown}
    record = External("logging.LogRecord()", state=state)
    for listener in list(call.machine.listeners):
        if isinstance(listener, InstanceObj):
            for name in ("filter", "emit", "handle"):
                method = class_attribute(listener.cls, name)
                if isinstance(method, FunctionObj):
                    call.machine.call(BoundMethod(method, listener), Arguments((record,)), call.node)
        else:
            call.machine.call(listener, Arguments((record,)), call.node)
    return NONE


def _add_note(call: Call) -> PyValue:
    notes = call.receiver.state.get("__notes__")
    call.machine.journal.touch(call.receiver)
    call.receiver.state["__notes__"] = new_list([*(call.items(notes) if notes is not None else []), call.arg(0)])
    return NONE


def _register_codec(call: Call) -> PyValue:
    if _has_room(call, len(call.machine.codecs)):
        call.machine.codecs.append(call.arg(0))
    return NONE


def _codec_info(call: Call) -> PyValue:
    return call.result(encode=call.arg(0, "encode"), decode=call.arg(1, "decode"))


_LOGGERS = ("logging", "logging.getLogger()", "logging.Logger()")
_LEVELS = ("debug", "info", "warning", "warn", "error", "critical", "exception", "fatal", "log")

CALLS: dict[str, Handler] = {
    "contextvars.ContextVar": _context_variable,
    "contextvars.ContextVar().get": _context_get,
    "contextvars.ContextVar().set": _context_set,
    "contextvars.copy_context().run": _call_first,
    "contextvars.Context().run": _call_first,
    "functools.singledispatch": _dispatcher,
    "functools.singledispatchmethod": _dispatcher,
    "functools.singledispatch.register": _register,
    "functools.singledispatch.dispatch": lambda call: call.arg(0),
    **{f"{logger}.{name}": _add_handler for logger in _LOGGERS for name in ("addHandler", "addFilter")},
    **{f"{logger}.{name}": _log for logger in _LOGGERS for name in _LEVELS},
    "logging.LogRecord().getMessage": lambda call: call.receiver.state.get("message", unknown(Source.UNKNOWN)),
    "codecs.register": _register_codec,
    "codecs.CodecInfo": _codec_info,
}
METHODS: dict[str, Handler] = {"add_note": _add_note}
