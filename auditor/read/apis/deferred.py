"""Callables handed over to be called later, elsewhere or in parallel: threads, pools, timers, exit and signal hooks."""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.python.call import Call
from auditor.read.python.classes import class_attribute
from auditor.read.python.later import note_later
from auditor.read.python.objects import (
    NONE,
    Arguments,
    BoundMethod,
    DictObj,
    External,
    FunctionObj,
    InstanceObj,
    PyValue,
    Rest,
    TupleObj,
    new_list,
)
from auditor.read.python.sequences import each_time
from auditor.read.values import Known, unknown

Handler = Callable[[Call], PyValue]


def _run(call: Call, function: PyValue | None, args: PyValue | None, kwargs: PyValue | None) -> PyValue:
    if function is None or (isinstance(function, Known) and function.value is None):
        return NONE
    given = tuple(call.items(args)) if args is not None and not _is_none(args) else ()
    named = {str(key): value for key, value in kwargs.entries.items()} if isinstance(kwargs, DictObj) else {}
    return _called(call, function, Arguments(given, named))


def _called(call: Call, function: PyValue, given: Arguments) -> PyValue:
    note_later(call.machine, function, given, call.node)
    return call.machine.call(function, given, call.node)


def _is_none(value: PyValue) -> bool:
    return isinstance(value, Known) and value.value is None


def _thread(call: Call) -> PyValue:
    _run(call, call.get(1, "target"), call.get(3, "args"), call.get(4, "kwargs"))
    return call.result()


def _timer(call: Call) -> PyValue:
    _run(call, call.get(1, "function"), call.get(2, "args"), call.get(3, "kwargs"))
    return call.result()


def _start_new_thread(call: Call) -> PyValue:
    _run(call, call.get(0), call.get(1), call.get(2))
    return unknown(Source.CLOCK)


def _after(skip: int) -> Handler:
    """Handle `register(…, function, *args, **kwargs)` with `skip` arguments before the function."""

    def handler(call: Call) -> PyValue:
        if len(call.args) <= skip:
            return call.result()
        function, args = call.args[skip], call.args[skip + 1 :]
        result = _called(call, function, Arguments(args, call.kwargs, call.rest))
        return External("future", state={"value": result})

    return handler


def _future(call: Call) -> PyValue:
    here: External | None = call.callee
    while here is not None:
        if "value" in here.state:
            return here.state["value"]
        here = here.parent
    return unknown(Source.UNKNOWN)


def _apply(call: Call) -> PyValue:
    result = _run(call, call.get(0, "func"), call.get(1, "args"), call.get(2, "kwds"))
    return External("future", state={"value": result})


def _map(call: Call) -> PyValue:
    columns = [call.items(value) for value in call.args[1:2]]
    results: list[PyValue] = []
    for item in columns[0] if columns else []:
        inner = item.value if isinstance(item, Rest) else item
        row = call.items(inner) if call.callee.path.endswith("starmap") else [item]
        results.append(each_time(call, call.arg(0), row, is_one=not isinstance(item, Rest)))
    return new_list(results)


def _executor_map(call: Call) -> PyValue:
    columns = [call.items(value) for value in call.args[1:]]
    rows = zip(*columns, strict=False)
    return new_list([each_time(call, call.arg(0), row) for row in rows])


def _signal(call: Call) -> PyValue:
    handler = call.arg(1)
    if isinstance(handler, FunctionObj | BoundMethod | External) and not (
        isinstance(handler, External) and handler.path.startswith("signal.")
    ):
        _called(call, handler, Arguments((call.arg(0), NONE)))
    return NONE


def _sched(call: Call) -> PyValue:
    _run(call, call.get(2, "action"), call.get(3, "argument"), call.get(4, "kwargs"))
    return call.result()


def start_instance(call: Call, instance: InstanceObj) -> PyValue:
    """Run the `run` method of a thread class of the script."""
    method = class_attribute(instance.cls, "run")
    return call.machine.call(BoundMethod(method, instance), Arguments(), call.node) if method is not None else NONE


def _pair(call: Call) -> PyValue:
    return TupleObj((unknown(Source.UNKNOWN), unknown(Source.UNKNOWN)))


def _pool(call: Call) -> PyValue:
    _run(call, call.get(None, "initializer"), call.get(None, "initargs"), None)
    return call.result()


_THREADS = (
    "threading.Thread",
    "multiprocessing.Process",
    "multiprocessing.context.Process",
    "multiprocess.Process",
    "torch.multiprocessing.Process",
)
_POOLS = (
    "multiprocessing.Pool()",
    "multiprocessing.pool.ThreadPool()",
    "multiprocessing.pool.Pool()",
    "multiprocessing.dummy.Pool()",
)
_EXECUTORS = ("concurrent.futures.ThreadPoolExecutor()", "concurrent.futures.ProcessPoolExecutor()")
_LOOPS = ("asyncio.get_event_loop()", "asyncio.new_event_loop()", "asyncio.get_running_loop()")

CALLS: dict[str, Handler] = {
    **dict.fromkeys(_THREADS, _thread),
    "threading.Timer": _timer,
    **{made.removesuffix("()"): _pool for made in (*_POOLS, *_EXECUTORS)},
    "_thread.start_new_thread": _start_new_thread,
    "_thread.start_new": _start_new_thread,
    "atexit.register": _after(0),
    "weakref.finalize": _after(1),
    "contextlib.ExitStack().callback": _after(0),
    "signal.signal": _signal,
    "sched.scheduler().enter": _sched,
    "sched.scheduler().enterabs": _sched,
    "asyncio.to_thread": _after(0),
    "anyio.to_thread.run_sync": _after(0),
    "trio.to_thread.run_sync": _after(0),
    "threading.settrace": _after(0),
    "sys.settrace": lambda call: NONE,
    "gevent.spawn": _after(0),
    "eventlet.spawn": _after(0),
    **{f"{pool}.{name}": _apply for pool in _POOLS for name in ("apply", "apply_async")},
    **{f"{pool}.{name}": _map for pool in _POOLS for name in ("map", "map_async", "imap", "imap_unordered", "starmap")},
    **{f"{executor}.submit": _after(0) for executor in _EXECUTORS},
    **{f"{executor}.map": _executor_map for executor in _EXECUTORS},
    **{f"{loop}.call_soon": _after(0) for loop in _LOOPS},
    **{f"{loop}.call_soon_threadsafe": _after(0) for loop in _LOOPS},
    **{f"{loop}.call_later": _after(1) for loop in _LOOPS},
    **{f"{loop}.call_at": _after(1) for loop in _LOOPS},
    **{f"{loop}.run_in_executor": _after(1) for loop in _LOOPS},
    **{f"{loop}.add_signal_handler": _after(1) for loop in _LOOPS},
    "future.result": _future,
    "future.get": _future,
    "future.set_result": lambda call: NONE,
    "os.pipe": _pair,
    "os.openpty": _pair,
    "pty.openpty": _pair,
}
