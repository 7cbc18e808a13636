"""Text and settings that a library carries out: factories that logging is told of, templates of Jinja, scripts of Tcl.

Takes a `Call`, reads what the library would do with what is known. A template that climbs to the functions of
Python, and a script of Tcl that starts something that is not known, are code of unknown origin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from auditor.model.word import Source
from auditor.read.apis.resolved import named
from auditor.read.bounds import within
from auditor.read.python.call import Call
from auditor.read.python.objects import Arguments, DictObj, ListObj, PyValue, TupleObj, each
from auditor.read.values import Known, alternatives, known_text, unknown

Handler = Callable[[Call], PyValue]
_MOST: Final = 500
_MOST_DEPTH: Final = 6
_CLIMBS = re.compile(r"__\w+__|\bpopen\b|\|\s*attr\b|\bimport\b")
"""What a template has that reaches for more than it was given."""
_RUNNERS = r"popen|system|getoutput|check_output|call|run|Popen"
_RUNS = re.compile(rf"""\b(?:{_RUNNERS})\s*\(\s*(["'])((?:(?!\1).)*)\1""", re.DOTALL)
_TCL_EXEC = re.compile(r"(?:^|[;\[\n{])[ \t]*(?:exec|::exec)[ \t]+((?:-\w+[ \t]+)*)([^\];\n}]{1,4000})")
_TCL_PIPE = re.compile(r"""\bopen[ \t]+["{]\|([^"}\n]{1,4000})""")
_TCL_STARTS = re.compile(r"\b(?:exec|open|load|source|socket)\b")


def _configured(call: Call) -> PyValue:
    """`logging.config.dictConfig(settings)`: what stands at `()` or `class` is called with the rest."""
    pending = [(call.arg(0, "config"), 0)]
    found: list[DictObj] = []
    while pending:
        value, depth = pending.pop()
        for single in each(value):
            if isinstance(single, DictObj) and depth < _MOST_DEPTH:
                found.append(single)
                pending += [(inner, depth + 1) for inner in single.entries.values()]
    for settings in within(call.machine.evaluation, found, _MOST, "parts of the settings of logging"):
        for key in ("()", "class"):
            if key in settings.entries:
                _made(call, settings, settings.entries[key])
    return call.nothing()


def _made(call: Call, settings: DictObj, factory: PyValue) -> None:
    name = known_text(call.machine.scalar(factory))
    maker = named(call, name.removeprefix("ext://")) if name is not None else factory
    given = {
        str(key): _plain(call, value)
        for key, value in settings.entries.items()
        if key not in ("()", "class", "level", "formatter", "filters", ".") and isinstance(key, str)
    }
    call.machine.call(maker, Arguments((), given), call.node)


def _plain(call: Call, value: PyValue) -> PyValue:
    """Give a setting as the factory gets it: `ext://name` is what that names."""
    if isinstance(value, DictObj | ListObj | TupleObj):
        return value
    text = known_text(call.machine.scalar(value))
    return named(call, text.removeprefix("ext://")) if text is not None and text.startswith("ext://") else value


def _template(call: Call) -> PyValue:
    """`jinja2.Template(text)`, `Environment().from_string(text)`: expressions that climb to Python run there."""
    for text in _texts(call):
        if not _CLIMBS.search(text):
            continue
        commands = [found[2] for found in _RUNS.finditer(text)]
        for command in within(call.machine.evaluation, commands, _MOST, "commands in a template"):
            call.shell(Known(command))
        if not commands and re.search(r"__(?:globals|builtins|subclasses|import|mro)__", text):
            call.emit("code.load", "python", Source.UNKNOWN.value)
    return call.result()


def _tcl(call: Call) -> PyValue:
    """`tkinter.Tcl().eval(script)`: `exec` and pipes start programs."""
    for text in _texts(call):
        commands = [found[2].replace("{", "").replace('"', "") for found in _TCL_EXEC.finditer(text)]
        commands += [found[1] for found in _TCL_PIPE.finditer(text)]
        for command in within(call.machine.evaluation, commands, _MOST, "commands in a script of Tcl"):
            call.shell(Known(command))
        if not commands and _TCL_STARTS.search(text):
            call.emit("code.load", "tcl", Source.UNKNOWN.value)
    return unknown(Source.UNKNOWN)


def _tcl_words(call: Call) -> PyValue:
    """`tkinter.Tk().tk.call("exec", program, …)`: one command of Tcl by its words."""
    if call.text(0) in ("exec", "::exec"):
        call.launch([call.word(index) for index in range(1, len(call.args))])
    elif call.text(0) == "eval":
        return _tcl(Call(call.machine, call.callee, call.args[1:], call.kwargs, call.rest, call.node))
    return unknown(Source.UNKNOWN)


def _texts(call: Call) -> Iterator[str]:
    for single in alternatives(call.machine.scalar(call.arg(0))):
        text = known_text(single)
        if text is not None:
            yield text


_TCLS = ("tkinter.Tcl()", "tkinter.Tk()", "tkinter.Tk().tk", "tkinter.Tcl().tk", "_tkinter.create()")
_TEMPLATES = """jinja2.Template jinja2.Environment().from_string jinja2.sandbox.Environment().from_string
    jinja2.nativetypes.NativeTemplate flask.render_template_string mako.template.Template""".split()
CALLS: dict[str, Handler] = {
    "logging.config.dictConfig": _configured,
    "logging.config.dictConfigClass().configure": _configured,
    **dict.fromkeys(_TEMPLATES, _template),
    **{f"{made}.eval": _tcl for made in _TCLS},
    **{f"{made}.call": _tcl_words for made in _TCLS},
}
