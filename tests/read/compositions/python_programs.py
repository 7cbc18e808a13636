# ruff: noqa: E501 (a row of a table is one line)
"""Spellings of a whole Python program: how a function is reached, how it is called, and what stands around the call."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass

from tests.read.compositions.python_texts import literal, text_of
from tests.read.compositions.spelling import Pen, replaced


@dataclass(frozen=True, slots=True)
class Sink:
    """One way to run a program: `§A` is the argv, `§S` shell text, `§P` the program, `§R` its arguments; `§f` is called."""

    kind: str
    function: str
    call: str
    before: str = ""
    is_last: bool = False
    """Nothing after it runs."""


SINKS = (
    Sink("system", "os.system", "§f(§S)"),
    Sink("popen", "os.popen", "§f(§S).read()"),
    Sink("run", "subprocess.run", "§f(§A)"),
    Sink("run-quiet", "subprocess.run", "§f(§A, check=False, capture_output=True, timeout=9)"),
    Sink("run-keyword", "subprocess.run", "§f(args=§A)"),
    Sink("run-shell", "subprocess.run", "§f(§S, shell=True)"),
    Sink("run-shell-options", "subprocess.run", "§f(**{'args': §S, 'shell': not False})"),
    Sink("call", "subprocess.call", "§f(§A)"),
    Sink("check-call", "subprocess.check_call", "§f(§A)"),
    Sink("check-output", "subprocess.check_output", "§f(§A)"),
    Sink("output", "subprocess.getoutput", "§f(§S)"),
    Sink("status-output", "subprocess.getstatusoutput", "§f(§S)"),
    Sink("popen-class", "subprocess.Popen", "§f(§A).wait()"),
    Sink("popen-with", "subprocess.Popen", "with §f(§A, stdout=-1) as §a:\n    §a.communicate()"),
    Sink("popen-shell", "subprocess.Popen", "§f(§S, shell=True, start_new_session=True).wait()"),
    Sink("executable", "subprocess.Popen", "§f(['ls', *§R], executable=§P).wait()"),
    Sink("subclass", "subprocess.Popen", "class §a(§f):\n    pass\n§a(§A).wait()"),
    Sink("execvp", "os.execvp", "§f(§P, §A)", is_last=True),
    Sink("execlp", "os.execlp", "§f(§P, 'kworker', *§R)", is_last=True),
    Sink("execvpe", "os.execvpe", "§f(§P, §A, dict(os.environ))", is_last=True),
    Sink("fork-exec", "os.execvp", "§a = os.fork()\nif §a == 0:\n    §f(§P, §A)\nos.waitpid(§a, 0)"),
    Sink("spawnvp", "os.spawnvp", "§f(os.P_WAIT, §P, §A)"),
    Sink("spawnlp", "os.spawnlp", "§f(os.P_WAIT, §P, 'x', *§R)"),
    Sink("posix-spawn", "os.posix_spawnp", "os.waitpid(§f(§P, §A, os.environ), 0)"),
    Sink("pty", "pty.spawn", "§f(§A)"),
    Sink("asyncio-exec", "asyncio.create_subprocess_exec", "async def §a():\n    §b = await §f(*§A)\n    await §b.wait()\nasyncio.run(§a())"),
    Sink("asyncio-shell", "asyncio.create_subprocess_shell", "async def §a():\n    return await (await §f(§S)).communicate()\nasyncio.run(§a())"),
    Sink("ctypes", "ctypes.CDLL", "§f(None).system(§S.encode())"),
    Sink("ctypes-find", "ctypes.CDLL", "§f('libc.so.6').system(bytes(§S, 'utf-8'))"),
    Sink("shell-input", "subprocess.run", "§f(['bash'], input=§S, text=True)"),
    Sink("shell-communicate", "subprocess.Popen", "§f('sh', stdin=subprocess.PIPE).communicate(§S.encode())"),
    Sink("shell-write", "subprocess.Popen", "§a = §f(['sh', '-s'], stdin=subprocess.PIPE, text=True)\n§a.stdin.write(§S)\n§a.stdin.close()\n§a.wait()"),
    Sink("popen-write", "os.popen", "with §f('bash', 'w') as §a:\n    §a.write(§S)"),
    Sink("shell-command", "subprocess.run", "§f(['sh', '-c', §S])"),
    Sink("shell-arguments", "subprocess.run", "§f(['bash', '-c', '\"$0\" \"$@\"', *§A])"),
    Sink("thread", "os.system", "import threading\n§a = threading.Thread(target=§f, args=(§S,))\n§a.start()\n§a.join()"),
    Sink("thread-class", "subprocess.run", "import threading\nclass §a(threading.Thread):\n    def run(self):\n        §f(§A)\n§a().start()"),
    Sink("timer", "os.system", "import threading\nthreading.Timer(0.01, §f, args=[§S]).start()"),
    Sink("atexit", "subprocess.call", "import atexit\natexit.register(§f, §A)"),
    Sink("atexit-decorator", "os.system", "import atexit\n@atexit.register\ndef §a():\n    §f(§S)"),
    Sink("executor", "subprocess.call", "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as §a:\n    §a.submit(§f, §A).result()"),
    Sink("executor-map", "os.system", "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(1) as §a:\n    list(§a.map(§f, [§S]))"),
    Sink("process", "os.system", "import multiprocessing\n§a = multiprocessing.get_context('fork').Process(target=§f, args=(§S,))\n§a.start()\n§a.join()"),
    Sink("to-thread", "os.system", "import asyncio\nasync def §a():\n    await asyncio.to_thread(§f, §S)\nasyncio.run(§a())"),
    Sink("run-in-executor", "subprocess.run", "import asyncio\nasync def §a():\n    await asyncio.get_running_loop().run_in_executor(None, §f, §A)\nasyncio.run(§a())"),
    Sink("signal", "os.system", "import signal, os\nsignal.signal(signal.SIGUSR1, lambda *x: §f(§S))\nos.kill(os.getpid(), signal.SIGUSR1)"),
    Sink("sched", "os.system", "import sched, time\n§a = sched.scheduler(time.time, time.sleep)\n§a.enter(0, 1, §f, argument=(§S,))\n§a.run()"),
    Sink("map", "os.system", "list(map(§f, [§S]))"),
    Sink("any", "os.system", "any(§f(x) for x in [§S])"),
    Sink("starmap", "os.system", "import itertools\nlist(itertools.starmap(§f, [(§S,)]))"),
    Sink("reduce", "os.system", "import functools\nfunctools.reduce(lambda x, y: §f(y), [§S], None)"),
    Sink("sort-key", "os.system", "sorted([§S], key=§f)"),
    Sink("iter-sentinel", "os.system", "next(iter(lambda: §f(§S), 77))"),
    Sink("finalize", "os.system", "import weakref\nclass §a:\n    pass\n§b = §a()\nweakref.finalize(§b, §f, §S)\ndel §b"),
    Sink("timeit", "os.system", "import timeit\ntimeit.timeit(lambda: §f(§S), number=1)"),
    Sink("apply", "os.system", "(lambda f, *a: f(*a))(§f, §S)"),
    Sink("run-code", "os.system", "import code\ncode.InteractiveInterpreter({'f': §f}).runsource('f(' + repr(§S) + ')')"),
    Sink("exitstack", "os.system", "import contextlib\nwith contextlib.ExitStack() as §a:\n    §a.callback(§f, §S)"),
)  # fmt: skip

# How a module is reached; `§m` is its name as a string, `§n` as an identifier.
MODULES = (
    ("import", "§n", "import §n"),
    ("import-as", "§a", "import §n as §a"),
    ("import-call", "__import__(§m)", ""),
    ("importlib", "importlib.import_module(§m)", "import importlib"),
    ("importlib-from", "§a(§m)", "from importlib import import_module as §a"),
    ("sys-modules", "sys.modules[§m]", "import sys, §n"),
    ("globals", "globals()[§m]", "globals().update(§n=__import__('§n'))"),
    ("import-builtins", "getattr(__builtins__, '__imp' + 'ort__')(§m)", ""),
    ("builtins-module", "vars(builtins)['__import__'](§m)", "import builtins"),
    ("exec-import", "§n", "exec('import §n', globals())"),
    ("name", "§b", "import §n\n§b = §n"),
    ("spec", "§a", "import importlib.util\n§b = importlib.util.find_spec(§m)\n§a = importlib.util.module_from_spec(§b)\n§b.loader.exec_module(§a)"),
)  # fmt: skip
# How a function of a module is reached; `§m` is the module, `§s` the name as a string, `§n` as an identifier.
ATTRIBUTES = (
    ("attribute", "§m.§n", ""),
    ("attribute-again", "§m.§n", ""),
    ("getattr", "getattr(§m, §s)", ""),
    ("getattr-default", "getattr(§m, §s, None)", ""),
    ("dict", "§m.__dict__[§s]", ""),
    ("vars", "vars(§m)[§s]", ""),
    ("attrgetter", "operator.attrgetter(§s)(§m)", "import operator"),
    ("getattribute", "§m.__getattribute__(§s)", ""),
    ("search", "[getattr(§m, x) for x in dir(§m) if x == §s][0]", ""),
    ("items", "next(v for k, v in vars(§m).items() if k == §s)", ""),
    ("object", "object.__getattribute__(§m, §s)", ""),
)
# How a function travels; `§f` is the function.
TRAVELS = (
    ("name", "§a", "§a = §f"),
    ("partial", "functools.partial(§f)", "import functools"),
    ("lambda", "(lambda *a, **k: §f(*a, **k))", ""),
    ("dict", "{'a': print, 'b': §f}['b']", ""),
    ("list", "[print, §f][1]", ""),
    ("function", "§a", "def §a(*args, **kwargs):\n    return §f(*args, **kwargs)"),
    ("returned", "§a()", "def §a():\n    return §f"),
    ("closure", "§a(§f)", "def §a(g):\n    def inner(*x, **y):\n        return g(*x, **y)\n    return inner"),
    ("decorated", "§b", "def §a(g):\n    def inner(*x, **y):\n        return g(*x, **y)\n    return inner\n@§a\ndef §b(*x, **y):\n    return §f(*x, **y)"),
    ("static", "§a.run", "class §a:\n    run = staticmethod(§f)"),
    ("method", "§a().run", "class §a:\n    def run(self, *x, **y):\n        return §f(*x, **y)"),
    ("call-magic", "§a(§f)", "class §a:\n    def __init__(self, g):\n        self.g = g\n    def __call__(self, *x, **y):\n        return self.g(*x, **y)"),
    ("property", "§a().g", "class §a:\n    @property\n    def g(self):\n        return §f"),
    ("walrus", "(§a := §f)", ""),
    ("conditional", "(§f if 2 > 1 else print)", ""),
    ("try", "§a", "try:\n    §a = §f\nexcept ImportError:\n    §a = print"),
    ("setattr", "§a.go", "from types import SimpleNamespace\n§a = SimpleNamespace()\nsetattr(§a, 'go', §f)"),
    ("globals", "globals()['§a']", "globals()['§a'] = §f"),
    ("default", "§a", "def §a(*x, g=§f, **y):\n    return g(*x, **y)"),
    ("registry", "§a['go']", "§a = {}\ndef §b(name):\n    def add(g):\n        §a[name] = g\n        return g\n    return add\n§b('go')(§f)"),
    ("eval", "eval('§a')", "§a = §f"),
)  # fmt: skip
# How an argv is written; `§A` is a list of spelled words, `§S` is its text, `§P` and `§R` head and rest.
ARGVS = (
    ("list", "§A", ""),
    ("list-again", "§A", ""),
    ("tuple", "list(tuple(§A))", ""),
    ("split", "§S.split()", ""),
    ("shlex", "shlex.split(§S)", "import shlex"),
    ("plus", "[§P] + §R", ""),
    ("star", "[§P, *§R]", ""),
    ("append", "§a", "§a = []\n§a.append(§P)\n§a.extend(§R)"),
    ("insert", "§a", "§a = §R\n§a.insert(0, §P)"),
    ("for", "§a", "§a = list()\nfor §b in §A:\n    §a += [§b]"),
    ("comprehension", "[x for x in §A if x]", ""),
    ("map", "list(map(str, §A))", ""),
    ("generator", "list(§a())", "def §a():\n    yield §P\n    yield from §R"),
    ("json", "json.loads(json.dumps(§A))", "import json"),
    ("dict-values", "list(dict(enumerate(§A)).values())", ""),
    ("slice", "§a", "§a = ['x']\n§a[:] = §A"),
    ("reversed", "list(reversed(§A[::-1]))", ""),
    ("sorted", "[t for _, t in sorted(zip(range(99), §A), reverse=False)]", ""),
    ("chain", "list(itertools.chain([§P], §R))", "import itertools"),
    ("varargs", "§a(*§A)", "def §a(*x):\n    return list(x)"),
    ("copy", "§a[:]", "§a = §A"),
    ("zip", "[w for row in zip(§A) for w in row]", ""),
    ("pop", "§a", "§a = §A + ['x']\n§a.pop()"),
    ("attribute", "§a().x", "class §a:\n    def __init__(self):\n        self.x = [§P]\n        self.x += §R"),
)
# What may stand around lines; `§…` is replaced by the lines, indented as the mark is.
BLOCKS = (
    ("function", "def §a():\n    §…\n§a()"),
    ("main", "def §a():\n    §…\nif __name__ != 'x':\n    §a()"),
    ("if", "if len('abc') > 2:\n    §…"),
    ("else", "if [] or 0:\n    pass\nelse:\n    §…"),
    ("unknown-if", "import os, time\nif time.time() > 1000:\n    §…"),
    ("for", "for §a in range(1):\n    §…"),
    ("while", "while True:\n    §…\n    break"),
    ("try", "try:\n    §…\nexcept KeyError:\n    raise"),
    ("except", "try:\n    [][1]\nexcept IndexError:\n    §…"),
    ("finally", "try:\n    pass\nfinally:\n    §…"),
    ("for-else", "for §a in ():\n    pass\nelse:\n    §…"),
    ("with", "import contextlib\nwith contextlib.suppress(ZeroDivisionError):\n    §…"),
    ("match", "match 'abc':\n    case 'x':\n        pass\n    case str():\n        §…"),
    ("init", "class §a:\n    def __init__(self):\n        §…\n§a()"),
    ("method", "class §a:\n    def go(self, x=1):\n        §…\n§a().go()"),
    ("call", "class §a:\n    def __call__(self):\n        §…\n§a()()"),
    ("enter", "class §a:\n    def __enter__(self):\n        §…\n    def __exit__(self, *x):\n        return None\nwith §a():\n    pass"),
    ("del", "class §a:\n    def __del__(self):\n        §…\n§b = §a()\ndel §b"),
    ("subclass-hook", "class §a:\n    def __init_subclass__(cls):\n        §…\nclass §b(§a):\n    pass"),
    ("metaclass", "class §a(type):\n    def __new__(m, *x):\n        §…\n        return type.__new__(m, *x)\nclass §b(metaclass=§a):\n    pass"),
    ("decorator", "def §a(f):\n    §…\n    return f\n@§a\ndef §b():\n    pass"),
    ("generator", "def §a():\n    §…\n    yield 1\nfor §b in §a():\n    pass"),
    ("async", "import asyncio\nasync def §a():\n    §…\nasyncio.run(§a())"),
    ("gather", "import asyncio\nasync def §a():\n    §…\nasync def §b():\n    await asyncio.gather(§a())\nasyncio.run(§b())"),
    ("callback", "def §a():\n    §…\ndef §b(f):\n    return f()\n§b(§a)"),
    ("nested", "def §a():\n    def §b():\n        §…\n    return §b\n§a()()"),
    ("dispatch", "def §a():\n    §…\n{'run': §a, 'stop': print}['run']()"),
    ("thread", "import threading\ndef §a():\n    §…\n§b = threading.Thread(target=§a)\n§b.start()\n§b.join()"),
    ("comparison", "class §a:\n    def __eq__(self, other):\n        §…\n        return True\n§a() == 1"),
    ("contextmanager", "import contextlib\n@contextlib.contextmanager\ndef §a():\n    §…\n    yield\nwith §a():\n    pass"),
    ("abstract", "import abc\nclass §a(abc.ABC):\n    @abc.abstractmethod\n    def go(self): ...\n    def all(self):\n        self.go()\nclass §b(§a):\n    def go(self):\n        §…\n§b().all()"),
    ("super", "class §a:\n    def go(self):\n        §…\nclass §b(§a):\n    def go(self):\n        super().go()\n§b().go()"),
    ("recursive", "def §a(n):\n    if n:\n        return §a(n - 1)\n    §…\n§a(2)"),
    ("excepthook", "import sys\ndef §a(*x):\n    §…\nsys.excepthook = §a\nraise SystemError"),
    ("argparse", "import argparse\n§a = argparse.ArgumentParser()\n§a.add_argument('--dry', action='store_true')\n§b = §a.parse_args()\nif not §b.dry:\n    §…"),
)  # fmt: skip
# How Python text is run from Python; `§T` is its expression.
PYTHON_FROM_PYTHON = (
    ("exec", "exec(§T, {})"),
    ("exec-globals", "exec(§T, globals())"),
    ("exec-plain", "exec(§T)"),
    ("exec-compile", "exec(compile(§T, '<string>', 'exec'), {'__name__': '__main__'})"),
    ("exec-bytes", "exec(§T.encode(), {})"),
    ("exec-getattr", "getattr(__import__('builtins'), 'ex' + 'ec')(§T, {})"),
    ("eval-compile", "eval(compile(§T, 'x', 'exec'), {})"),
    ("eval-exec", "eval('exec(c)', {'c': §T})"),
    ("python-c", "import subprocess\nsubprocess.run(['python3', '-c', §T])"),
    ("executable", "import subprocess, sys\nsubprocess.run([sys.executable, '-c', §T])"),
    ("input", "import subprocess, sys\nsubprocess.run([sys.executable, '-'], input=§T.encode())"),
    ("file", "import subprocess\nwith open('/tmp/§a.py', 'w') as §b:\n    §b.write(§T)\nsubprocess.run(['python3', '/tmp/§a.py'])"),
    ("file-exec", "open('/tmp/§a', 'w').write(§T)\nexec(open('/tmp/§a').read(), {})"),
    ("runpy", "import runpy\nfrom pathlib import Path\nPath('/tmp/§a.py').write_text(§T)\nrunpy.run_path('/tmp/§a.py')"),
    ("import", "import sys\nsys.path.insert(0, '/tmp')\nwith open('/tmp/§a.py', 'w') as §b:\n    print(§T, file=§b)\nimport §a"),
    ("import-module", "import sys, importlib\nsys.path.append('/tmp')\nopen('/tmp/§a.py', 'w').write(§T)\nimportlib.import_module('§a')"),
    ("types", "import types\n§a = types.ModuleType('m')\nexec(§T, §a.__dict__)"),
    ("function-type", "import types\ntypes.FunctionType(compile(§T, 'x', 'exec'), {})()"),
    ("timeit", "import timeit\ntimeit.timeit(stmt=§T, number=1)"),
    ("system", "import os, shlex\nos.system('python3 -c ' + shlex.quote(§T))"),
    ("chmod", "import os, subprocess\nwith open('/tmp/§a', 'w') as §b:\n    §b.write('#!/usr/bin/env python3\\n' + §T)\nos.chmod('/tmp/§a', 0o755)\nsubprocess.call('/tmp/§a')"),
    ("pickle", "import pickle\nclass §a:\n    def __reduce__(self):\n        return (exec, (§T, {}))\npickle.loads(pickle.dumps(§a()))"),
)  # fmt: skip
# How bash text is run from Python, beside the sinks that take shell text.
BASH_FROM_PYTHON = (
    ("file", "import subprocess\nwith open('/tmp/§a.sh', 'w') as §b:\n    §b.write(§T)\nsubprocess.run(['bash', '/tmp/§a.sh'])"),
    ("file-mode", "import os, stat\n§b = '/tmp/§a'\nwith open(§b, 'w') as §c:\n    §c.write('#!/bin/bash\\n')\n    §c.write(§T)\nos.chmod(§b, os.stat(§b).st_mode | stat.S_IEXEC)\nos.system(§b)"),
    ("path", "import subprocess, pathlib\n§b = pathlib.Path('/tmp', '§a.sh')\n§b.write_text(§T)\n§b.chmod(0o700)\nsubprocess.call(['sh', str(§b)])"),
    ("tempfile", "import subprocess, tempfile\nwith tempfile.NamedTemporaryFile('w', suffix='.sh') as §a:\n    §a.write(§T)\n    §a.flush()\n    subprocess.run(['bash', §a.name])"),
    ("source", "import os\nopen('/tmp/§a', 'w').write(§T)\nos.system('. /tmp/§a')"),
    ("variable", "import os, subprocess\nos.environ['§a'] = §T\nsubprocess.run('eval \"$§a\"', shell=True)"),
    ("env-option", "import subprocess\nsubprocess.run(['bash', '-c', 'eval \"$K\"'], env={'K': §T, 'PATH': '/usr/bin:/bin'})"),
    ("arguments", "import subprocess\nsubprocess.run(['bash', '-c', 'eval \"$1\"', 'x', §T])"),
    ("pipe", "import subprocess\n§a = subprocess.Popen(['bash'], stdin=subprocess.PIPE)\n§a.stdin.write(§T.encode())\n§a.stdin.close()\n§a.wait()"),
)  # fmt: skip


def run_argv(pen: Pen, argv: tuple[str, ...], depth: int) -> None:
    """Write lines that start a program, hidden somehow."""
    sink = pen.pick(SINKS)
    pen.steps.append(f"python.sink.{sink.kind}")
    call, before = pen.named(sink.call, sink.before)
    marks: dict[str, str] = {}
    if "os." in call.replace("§f", ""):
        pen.lines.append("import os")
    if "subprocess.PIPE" in call:
        pen.lines.append("import subprocess")
    if "asyncio.run" in call:
        pen.lines.append("import asyncio")
    for mark in ("§A", "§S", "§P", "§R"):
        if mark in call:
            marks[mark] = argument(pen, mark, argv, depth)
    marks["§f"] = callee(pen, sink.function, depth)
    pen.lines += replaced(before + call, marks).split("\n")


def argument(pen: Pen, mark: str, argv: tuple[str, ...], depth: int) -> str:
    """Write what a sink takes: the argv, its text, its program or the rest."""
    if mark == "§S":
        return text_of(pen, shlex.join(argv), depth)
    if mark == "§P":
        return text_of(pen, argv[0], depth - 1)
    if mark == "§R":
        return _list(pen, argv[1:], depth - 1)
    kind, said, before = pen.pick(ARGVS)
    pen.steps.append(f"python.argv.{kind}")
    said, before = pen.named(said, before)
    makers: dict[str, Callable[[], str]] = {
        "§A": lambda: _list(pen, argv, depth - 1),
        "§S": lambda: text_of(pen, " ".join(argv), depth - 1),
        "§P": lambda: text_of(pen, argv[0], depth - 1),
        "§R": lambda: _list(pen, argv[1:], depth - 1),
    }
    marks = {key: make() for key, make in makers.items() if key in said + before}
    if before:
        pen.lines += replaced(before, marks).split("\n")
    return replaced(said, marks)


def _list(pen: Pen, words: tuple[str, ...], depth: int) -> str:
    """Write words as a list, one or two of them hidden."""
    hidden = {pen.draw.randrange(len(words)) for _ in range(2)} if words else set()
    spelled = [text_of(pen, word, depth) if at in hidden else literal(pen, word) for at, word in enumerate(words)]
    return f"[{', '.join(spelled)}]"


def callee(pen: Pen, function: str, depth: int) -> str:
    """Write how a function of a module is reached."""
    module, _, name = function.rpartition(".")
    kind, said, before = pen.pick(MODULES if depth > 0 else MODULES[:2])
    if kind == "spec" and module == "subprocess" and name == "Popen":
        kind, said, before = MODULES[0]
    if kind != "import":
        pen.steps.append(f"python.module.{kind}")
    reached = _reach(pen, said, before, {"§n": module}, ("§m", module, depth))
    kind, said, before = pen.pick(ATTRIBUTES if depth > 0 else ATTRIBUTES[:2])
    if not kind.startswith("attribute"):
        pen.steps.append(f"python.attribute.{kind}")
    reached = _reach(pen, said, before, {"§m": reached, "§n": name}, ("§s", name, depth))
    if name != "Popen" and depth > 0 and pen.chance(0.4):
        kind, said, before = pen.pick(TRAVELS)
        pen.steps.append(f"python.travel.{kind}")
        reached = _reach(pen, said, before, {"§f": reached}, ("", "", 0))
    return reached


def _reach(pen: Pen, said: str, before: str, marks: dict[str, str], spelled: tuple[str, str, int]) -> str:
    said, before = pen.named(said, before)
    mark, text, depth = spelled
    if mark and mark in said + before:
        marks = marks | {mark: text_of(pen, text, min(depth - 1, 2))}
    if before:
        pen.lines += replaced(before, marks).split("\n")
    return replaced(said, marks)


def run_text(pen: Pen, language: str, text: str, depth: int) -> None:
    """Write lines that run code of a language, its text hidden somehow."""
    if language == "bash" and pen.chance(0.5):
        run_shell_text(pen, text, depth)
        return
    kind, lines = pen.pick(PYTHON_FROM_PYTHON if language == "python" else BASH_FROM_PYTHON)
    pen.steps.append(f"python.{language}.{kind}")
    (lines,) = pen.named(lines)
    marks = {"§T": text_of(pen, text, depth)}
    pen.lines += replaced(lines, marks).split("\n")


def run_shell_text(pen: Pen, text: str, depth: int) -> None:
    """Write lines that hand shell text to one of the sinks that take it."""
    sink = pen.pick([sink for sink in SINKS if "§S" in sink.call and sink.kind != "run-code"])
    pen.steps.append(f"python.sink.{sink.kind}")
    (call,) = pen.named(sink.call)
    pen.lines += ["import os, subprocess, asyncio"]
    marks = {"§S": text_of(pen, text, depth), "§f": callee(pen, sink.function, depth)}
    pen.lines += replaced(call, marks).split("\n")


def enclose(pen: Pen, lines: list[str]) -> list[str]:
    """Put lines inside a block that runs them once."""
    kind, block = pen.pick(BLOCKS)
    pen.steps.append(f"python.block.{kind}")
    (block,) = pen.named(block)
    result: list[str] = []
    for row in block.split("\n"):
        indent = row[: len(row) - len(row.lstrip())]
        result += [indent + line for line in lines] if row.strip() == "§…" else [row]
    return result
