"""Functions that the script sets for others, or hands to what applies them, are called with what they would get."""

from __future__ import annotations

import pytest

from tests.read.python.readings import effects_of

SSH = "ssh a.example"


@pytest.mark.parametrize(
    "code",
    [
        "sys.breakpointhook = os.system\nbreakpoint({})",
        'os.environ["PYTHONBREAKPOINT"] = "os.system"\nbreakpoint({})',
        "def h(m, *a): os.system(str(m))\nwarnings.showwarning = h\nwarnings.warn({})",
        "def h(a): os.system(str(a.exc_value))\nthreading.excepthook = h\n"
        "def f(): raise ValueError({})\nthreading.Thread(target=f).start()",
        "def h(a): os.system(str(a.exc_value))\nsys.unraisablehook = h\nraise ValueError({})",
        "def h(e, a): os.system(a[0])\nsys.addaudithook(h)\nsys.audit('x', {})",
        "list(itertools.takewhile(os.system, [{}]))",
        "list(itertools.filterfalse(os.system, [{}]))",
        "list(itertools.groupby([{}], key=os.system))",
        "list(itertools.accumulate([{}], lambda a, b: os.system(b)))",
        "heapq.nlargest(1, [{}], key=os.system)",
        "list(heapq.merge([{}], key=os.system))",
        "bisect.bisect([{}], 1, key=os.system)",
        "class A:\n    def __reduce__(self): return (os.system, ({},))\ncopy.copy(A())",
        "class A:\n    def __reduce_ex__(self, p): return (os.system, ({},))\ncopy.deepcopy(A())",
        "class A:\n    def __deepcopy__(self, m): os.system({})\ncopy.deepcopy(A())",
        "@dataclasses.dataclass\nclass A:\n    c: str = 'true'\n    def __post_init__(self): os.system(self.c)\n"
        "dataclasses.replace(A(), c={})",
        "collections.defaultdict(functools.partial(os.system, {}))[1]",
        "def f():\n    with unittest.TestCase().assertRaises(SystemExit):\n        sys.exit()\n    os.system({})\nf()",
    ],
)
def test_it_is_called(code: str) -> None:
    """The function gets the value, and starts the program that it names."""
    start = (
        "import bisect, collections, copy, dataclasses, functools, heapq, itertools, os, sys, threading, unittest\n"
        "import warnings\n"
    )
    assert SSH in effects_of(start + code.format(repr(SSH)))


@pytest.mark.parametrize(
    ("name", "use"),
    [("BROWSER", 'import webbrowser\nwebbrowser.open("x")'), ("PAGER", 'import pydoc\npydoc.pager("x")')],
)
def test_a_program_that_a_variable_of_the_script_names_is_run(name: str, use: str) -> None:
    """What the script chose is started; where it chose nothing, what it shows is no program."""
    assert effects_of(f'import os\nos.environ["{name}"] = "{SSH} #%s"\n{use}')[0].startswith(SSH)
    assert effects_of(use) == []


def test_what_nobody_set_is_not_called() -> None:
    """Warnings, break points, copies and sorted runs of ordinary programs do nothing."""
    code = """
    import copy, dataclasses, itertools, heapq, warnings
    @dataclasses.dataclass
    class A:
        c: str = "x"
    warnings.warn("old")
    breakpoint()
    print(copy.deepcopy([A()]), dataclasses.replace(A(), c="y"), copy.copy({"a": 1})["a"])
    print(list(itertools.takewhile(str.isdigit, "12a")), heapq.nsmallest(1, [3, 1], key=abs))
    print([len(list(g)) for _, g in itertools.groupby("aab")], list(itertools.accumulate([1, 2])))
    """
    assert effects_of(code) == []
