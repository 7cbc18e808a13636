"""Library calls that run text of the script: expressions, examples in docstrings, command lines.

Takes a `Call`, reads the text as what it becomes. Text that is not known is left to the library:
formulas and settings of others are what these calls are for.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.apis.resolved import named
from auditor.read.apis.starting import start
from auditor.read.bounds import within
from auditor.read.python.call import Call
from auditor.read.python.dynamic import run_text
from auditor.read.python.objects import NONE, FunctionObj, ListObj, PyValue, Rest, Scope, TupleObj
from auditor.read.values import Known, known_text, unknown

Handler = Callable[[Call], PyValue]
_CODE = re.compile(r"__|@|\b(?:import|eval|exec|getattr|globals|open|lambda)\b")
"""What a formula has that is more than a formula."""
_OUTER = re.compile(r"(?<![\w.])@(?=[A-Za-z_])")
"""What marks a name of the script's own in a formula of pandas."""
_CALLED = re.compile(r"(?<![\w.])@[A-Za-z_][\w.]*\s*\(")
_EXAMPLE = re.compile(r"^[ \t]*>>> (.*)$((?:\n[ \t]*\.\.\.(?: .*)?$)*)", re.MULTILINE)
_MOST_EXAMPLES = 2_000


def _formula(call: Call) -> PyValue:
    """`sympy.sympify(text)`, `pandas.eval(text)`, `numexpr.evaluate(text)`: Python underneath."""
    text = call.text(0)
    if text is not None and _CODE.search(text):
        run_text(call, Known(_OUTER.sub("", text)), call.machine.scope, call.callee.path)
    return call.result()


def _queried(call: Call) -> PyValue:
    """`frame.query("@name.of_the_script(…)")`, of a frame wherever it comes from: a name of the script is called."""
    text = call.text(0, "expr")
    return _formula(call) if text is not None and _CALLED.search(text) else call.result()


def _resolved(call: Call) -> PyValue:
    """`pkgutil.resolve_name("module:name")`, and an entry point made of such a name."""
    given = call.get(0, "name")
    made = call.callee.ancestor("importlib.metadata.EntryPoint()")
    if made is not None:
        given = made.args[1] if len(made.args) > 1 else made.kwargs.get("value")
    name = known_text(call.machine.scalar(given)) if given is not None else None
    return named(call, name)


def _examples(call: Call) -> PyValue:
    """`doctest.testmod()`, `run_docstring_examples(function, names)`: the examples are run."""
    given = call.get(0, "f") if call.callee.path.endswith("run_docstring_examples") else None
    if isinstance(given, FunctionObj):
        given = call.machine.attribute(given, "__doc__", call.node)
    if given is not None:
        text = known_text(call.machine.scalar(given)) or ""
    elif call.callee.path.endswith("testfile"):
        text = known_text(call.machine.evaluation.files.read(call.word(0), call.machine.directory)) or ""
    else:
        text = call.machine.evaluation.units[call.machine.source.unit].text
    lines: list[str] = []
    for found in _EXAMPLE.finditer(text):
        lines += [found[1], *(line.strip()[4:] for line in found[2].split("\n")[1:])]
    if lines:
        code = "\n".join(within(call.machine.evaluation, lines, _MOST_EXAMPLES, "lines of examples"))
        run_text(call, Known(code), Scope({}, call.machine.module), "doctest")
    return call.result()


def _line(call: Call) -> PyValue:
    """A command line as the first argument."""
    call.shell(call.arg(0))
    return call.result()


def _command(call: Call) -> PyValue:
    """A command line or a list as the first argument."""
    start(call, call.arg(0), shell=None)
    return unknown(Source.COMMAND)


def _browser(call: Call) -> PyValue:
    """`webbrowser.get("program %s").open(address)`: a browser by its command line."""
    made = call.callee.parent
    given = made.args[0] if made is not None and made.args else None
    if isinstance(given, ListObj | TupleObj):
        call.launch([item.value if isinstance(item, Rest) else item for item in call.items(given)])
        return NONE
    line = known_text(call.machine.scalar(given)) if given is not None else None
    if line is not None and " " in line:
        call.shell(Known(line.replace("%s", known_text(call.machine.scalar(call.arg(0))) or "")))
    return NONE


def _pager(call: Call) -> PyValue:
    """A text, and the command line that it is shown by."""
    call.shell(call.arg(1, "cmd"), stdin=call.word(0))
    return NONE


def _program(call: Call) -> PyValue:
    """A program, and its argv."""
    items = [item for item in call.items(call.arg(1)) if not isinstance(item, Rest)]
    call.launch([call.arg(0), *items[1:]])
    return unknown(Source.UNKNOWN)


def _python(call: Call) -> PyValue:
    """Arguments of another Python."""
    call.launch([Known("python3"), *call.args])
    return call.result()


_HELPERS = "assert_python_ok assert_python_failure run_python_until_end spawn_python".split()
_FORMULAS = """sympy.sympify sympy.S sympy.parse_expr sympy.parsing.sympy_parser.parse_expr sympy.simplify pandas.eval
    pandas.DataFrame().eval pandas.DataFrame().query numexpr.evaluate""".split()
_BROWSERS = "webbrowser.get() webbrowser.GenericBrowser() webbrowser.BackgroundBrowser()".split()
CALLS: dict[str, Handler] = {
    **dict.fromkeys(_FORMULAS, _formula),
    "pkgutil.resolve_name": _resolved,
    "importlib.metadata.EntryPoint().load": _resolved,
    **{f"doctest.{name}": _examples for name in ("testmod", "testfile", "run_docstring_examples")},
    **{f"{browser}.{name}": _browser for browser in _BROWSERS for name in ("open", "open_new", "open_new_tab")},
    "imaplib.IMAP4_stream": _line,
    "pipes.Template().append": _line,
    "pipes.Template().prepend": _line,
    "torch.utils.collect_env.run": _command,
    "numpy.distutils.exec_command.exec_command": _command,
    "_osx_support._read_output": _line,
    "_aix_support._read_cmd_output": _line,
    "pydoc.pipepager": _pager,
    "pydoc.tempfilepager": _pager,
    "multiprocessing.util.spawnv_passfds": _program,
    **{f"test.support.script_helper.{name}": _python for name in _HELPERS},
    "git.Git().execute": _command,
    "git.cmd.Git().execute": _command,
}
METHODS: dict[str, Handler] = {"query": _queried, "eval": _queried}
