"""Library functions that run code for their callers: timers, profilers, debuggers, consoles, module specs.

Takes a `Call`, reads the code that it hands over in the namespace where it would run, gives its value.
"""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.python.access import hidden
from auditor.read.python.call import Call
from auditor.read.python.dynamic import read_module, run_code, run_text
from auditor.read.python.hooks import HOOKED
from auditor.read.python.modules import import_module, module_of_file, some_module
from auditor.read.python.objects import DictObj, External, PyValue, Rest, Scope, TupleObj, new_list
from auditor.read.python.settings_files import SETTINGS
from auditor.read.values import Known, OneOf, Text, Unknown, alternatives, known_text, unknown

Handler = Callable[[Call], PyValue]


def _spec(call: Call) -> PyValue:
    made = call.result()
    made.state["location"] = call.arg(1, "location")
    return made


def _module_from_spec(call: Call) -> PyValue:
    spec = call.arg(0)
    if isinstance(spec, External) and "module" in spec.state:
        return spec.state["module"]
    location = spec.state.get("location") if isinstance(spec, External) else None
    if location is None:
        return call.result()
    content = call.machine.evaluation.files.read(call.machine.word(location), call.machine.directory)
    if isinstance(content, Known | Text):
        return read_module(call.machine, "loaded", content, "importlib")
    call.machine.evaluation.open_unit(Language.PYTHON, content, call.machine.child(call.node), made_by="importlib")
    return call.result()


def _find_spec(call: Call) -> PyValue:
    made = call.result()
    names = [known_text(single) for single in alternatives(call.machine.scalar(call.arg(0, "name")))]
    modules = [import_module(call.machine, name) for name in names if name]
    if modules:
        made.state["module"] = call.machine.joined(modules)
    return made


def _loaded(call: Call) -> PyValue:
    """`sys.modules.get(name)`, and what else gives a module that was imported."""
    name = call.machine.known(call.arg(0))
    return hidden(module_of_file(call.machine, name)) if isinstance(name, str) else some_module(call.machine)


def _all_loaded(call: Call) -> PyValue:
    module = some_module(call.machine)
    is_pair = call.callee.path.endswith("items")
    return new_list([Rest(TupleObj((unknown(Source.UNKNOWN), module)) if is_pair else module)])


def _load_module(call: Call) -> PyValue:
    spec = call.callee.ancestor("importlib.util.find_spec()")
    return spec.state.get("module", call.result()) if spec is not None else call.result()


def _interpreter(call: Call) -> PyValue:
    machine = call.machine
    names = call.callee.parent.args[:1] if call.callee.parent is not None else ()
    if "(" not in call.callee.path:
        names = (call.args[1],) if len(call.args) > 1 else ()
    if names and isinstance(names[0], DictObj):
        known = {key: item for key, item in names[0].entries.items() if isinstance(key, str)}
        return run_code(call, call.arg(0), Scope(known, machine.module), call.callee.path)
    return run_code(call, call.arg(0), machine.scope, call.callee.path)


def _timeit(call: Call) -> PyValue:
    """Run what is timed: text, or something to call."""
    given = (call.get(1, "setup"), call.get(0, "stmt"))
    scope = Scope({}, call.machine.module)
    for code in given:
        if isinstance(code, Known | Text | OneOf | Unknown):
            run_text(call, code, scope, "timeit")
        elif code is not None:
            call.call_back(code)
    return unknown(Source.CLOCK)


RUNNERS: dict[str, Handler] = {
    **SETTINGS,
    **HOOKED,
    **{f"sys.modules.{name}": _loaded for name in ("get", "pop", "setdefault", "__getitem__")},
    **{f"sys.modules.{name}": _all_loaded for name in ("items", "values")},
    "code.InteractiveInterpreter().runsource": _interpreter,
    "code.InteractiveInterpreter().runcode": _interpreter,
    "code.InteractiveConsole().push": _interpreter,
    "timeit.timeit": _timeit,
    "timeit.repeat": _timeit,
    "timeit.Timer": _timeit,
    "cProfile.run": _interpreter,
    "cProfile.runctx": _interpreter,
    "profile.run": _interpreter,
    "profile.runctx": _interpreter,
    "pdb.run": _interpreter,
    "bdb.Bdb().run": _interpreter,
    "trace.Trace().run": _interpreter,
    "code.InteractiveConsole().runsource": _interpreter,
    "code.InteractiveConsole().runcode": _interpreter,
    "importlib.util.find_spec": _find_spec,
    "importlib.util.find_spec().loader.load_module": _load_module,
    "IPython.get_ipython().run_cell": _interpreter,
    "get_ipython().run_cell": _interpreter,
    "importlib.util.spec_from_file_location": _spec,
    "importlib.util.module_from_spec": _module_from_spec,
}
