"""What a library gives for a name in text, what it evaluates of annotations, and command lines it is handed."""

from __future__ import annotations

import pytest

from tests.read.python.readings import effects_of, lines_of, read

SSH = "ssh a.example"
COMMAND = f'("{SSH}")'


@pytest.mark.parametrize(
    "code",
    [
        'import os, inspect\ninspect.getattr_static(os, "sys" + "tem")',
        'import os, inspect\ndict(inspect.getmembers(os))["system"]',
        'import os, string\nstring.Formatter().get_field("0.system", (os,), {})[0]',
        'import string, shutil\nstring.Formatter().get_field("a.os.system", (), {"a": shutil})[0]',
        'from unittest import mock\nmock.patch("os.system").get_original()[0]',
        'from unittest.mock import patch\npatch("os.system").getter().system',
        'from unittest import mock\nmock._importer("os").system',
        'import logging.config\nlogging.config.BaseConfigurator({}).resolve("os.system")',
        'import logging.config\nlogging.config.BaseConfigurator({}).convert("ext://os.system")',
        'import os\nfrom xmlrpc.server import resolve_dotted_attribute\nresolve_dotted_attribute(os, "system")',
        'import pydoc\npydoc.safeimport("os").system',
        'import pydoc\npydoc.resolve("os.system")[0]',
        'import pydoc\npydoc.locate("os.system")',
        "import gc\ngc.get_objects()[7].system",
        'import gc\nnext(m for m in gc.get_objects() if m.__name__ == "os").system',
        'import sys\nnext(m for m in sys.modules.values() if m.__name__ == "os").system',
        "import os, functools\nclass W: pass\nfunctools.update_wrapper(W(), os).system",
    ],
)
def test_a_sink_by_another_name_is_the_sink(code: str) -> None:
    """The function is called, and that its name was computed is said."""
    found = effects_of(code + COMMAND)
    assert SSH in found
    assert any(line.startswith("hiding.name") for line in found)


@pytest.mark.parametrize(
    "code",
    [
        f'def f(x: os.system("{SSH}")): pass',
        f'def f(*, x: os.system("{SSH}") = 1, **k) -> None: pass',
        f'def f(*a: os.system("{SSH}")): pass',
        f'def f() -> os.system("{SSH}"): pass',
        f'x: os.system("{SSH}")',
        f'x: list[os.system("{SSH}")] = []',
        f'class A:\n    x: os.system("{SSH}")',
        f"def f():\n    exec(\"x: os.system('{SSH}')\")\nf()",
        f'class A:\n    def __class_getitem__(cls, k): os.system(k)\ndef f(x: A["{SSH}"]): pass',
        f"import typing\nclass A:\n    x: \"os.system('{SSH}')\"\ntyping.get_type_hints(A)",
        f"import functools\nf = functools.singledispatch(print)\n@f.register\ndef g(x: \"os.system('{SSH}')\"): pass",
        f"import inspect\ndef f(x: \"os.system('{SSH}')\"): pass\ninspect.get_annotations(f, eval_str=True)",
        f"from pydantic import BaseModel\nclass A(BaseModel):\n    x: \"os.system('{SSH}')\"",
        f"from typing import ForwardRef\nForwardRef(\"os.system('{SSH}')\")._evaluate({{}}, {{}}, frozenset())",
    ],
)
def test_an_annotation_is_code_where_it_is_evaluated(code: str) -> None:
    """Annotations run where a function or a variable of a module or class is defined, or where text is resolved."""
    assert effects_of("import os\n" + code) == [SSH]


@pytest.mark.parametrize(
    "code",
    [
        f'from __future__ import annotations\nimport os\ndef f(x: os.system("{SSH}")): pass',
        f'import os\ndef f():\n    x: os.system("{SSH}") = 1\nf()',
        f"import os\ndef f(x: \"os.system('{SSH}')\"): pass",
        "import os, typing\nclass A:\n    x: 'list[int]'\n    y: typing.Optional[int]\ntyping.get_type_hints(A)",
    ],
)
def test_an_annotation_that_nobody_evaluates_is_none(code: str) -> None:
    """What is put off, a function's own variable, and text that nothing resolves do nothing."""
    assert not lines_of(read(code))


@pytest.mark.parametrize(
    "code",
    [
        'import _osx_support\n_osx_support._read_output("{}")',
        'import pydoc\npydoc.pipepager("x", "{}")',
        'import webbrowser\nwebbrowser.GenericBrowser("{}".split()).open("x")',
        'from multiprocessing import util\nutil.spawnv_passfds(b"/usr/bin/ssh", "{}".split(), [])',
        "from test.support import script_helper as h\nh.assert_python_ok('-c', 'import os; os.system(\"{}\")')",
        "import _xxsubinterpreters as s\ns.run_string(s.create(), \"import os; os.system('{}')\")",
        "import _testcapi\n_testcapi.run_in_subinterp(\"import os; os.system('{}')\")",
    ],
)
def test_a_command_line_that_a_library_is_handed_is_run(code: str) -> None:
    """Rare functions of the standard library start programs or run code as the well-known ones do."""
    assert SSH in effects_of(code.format(SSH))


def test_what_is_patched_may_still_be_there() -> None:
    """A patch may replace what ends the process, and what starts a program may be called before or after."""
    code = f"""
    import os, sys
    from unittest import mock
    with mock.patch("sys.exit"):
        sys.exit()
        os.system("{SSH}")
    mock.patch("os.system", print)
    os.system("ssh b.example")
    """
    assert effects_of(code) == [SSH, "ssh b.example"]
