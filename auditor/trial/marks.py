"""Coverage of a Python script: markers at the findings' lines, put in by a small program inside the sandbox.

The markers cost nothing elsewhere, and lines keep their numbers. The script can forge or stop
them, so they only ever tell `not-reached` from `not-observed`. The same program writes down text
that the script hands to `exec`, `eval` and `compile`: no system call shows it. A script that forges
that adds findings of its own, and takes none away.
"""

from __future__ import annotations

MOST_PIECES, LONGEST_PIECE = 200, 65_536
MARKER_PATH = "/trial/mark.py"
MARKER = (
    """import ast, builtins, os, sys
wanted = {int(word) for word in sys.argv[1].split(",") if word}
path = sys.argv[2]
sys.argv[:] = sys.argv[2:]
sys.path[0] = os.path.dirname(os.path.abspath(path))
def note(kind, data, open=os.open, write=os.write, close=os.close):
    try:
        log = open("/trial/cov/" + kind, os.O_WRONLY | os.O_APPEND)
    except OSError:
        return
    write(log, data)
    close(log)
seen = set()
def mark(line, seen=seen, name=os.path.basename(path)):
    if line not in seen:
        seen.add(line)
        note("lines", ("+\\\\t%s:%d\\\\t\\\\n" % (name, line)).encode())
builtins.__trial_mark__ = mark
library = os.path.dirname(os.__file__) + "/"
left = [MOST]
def told(source, frame, left=left):
    if isinstance(source, (bytes, bytearray, memoryview)):
        text = bytes(source)
    elif isinstance(source, str):
        text = source.encode("utf-8", "surrogatepass")
    else:
        return
    path = frame.f_code.co_filename
    if left[0] >= 0 and not path.startswith(library) and "-packages/" not in path:
        left[0] -= 1
        note("pieces", b"%d\\n" % len(text) + text[:LONGEST])
def watched(name, real=None, frame_of=sys._getframe):
    real = getattr(builtins, name)
    def call(source, globals=None, locals=None, /, **more):
        frame = frame_of(1)
        told(source, frame)
        if globals is None:
            globals, locals = frame.f_globals, frame.f_locals if locals is None else locals
        return real(source, globals, globals if locals is None else locals, **more)
    call.__name__ = call.__qualname__ = name
    return call
def compiled(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, real=compile, **more):
    told(source, sys._getframe(1))
    return real(source, filename, mode, flags, dont_inherit, optimize, **more)
run = exec
def inside(statement):
    return [line for line in wanted if statement.lineno <= line <= (statement.end_lineno or statement.lineno)]
def call(line, statement):
    node = ast.Expr(ast.Call(ast.Name("__trial_mark__", ast.Load()), [ast.Constant(line)], []))
    return ast.fix_missing_locations(ast.copy_location(node, statement))
def put(block):
    out = []
    for statement in block:
        lines = set(inside(statement))
        deeper = set()
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(statement, name, None)
            if isinstance(inner, list) and inner and isinstance(inner[0], ast.stmt):
                for each in inner:
                    deeper |= set(inside(each))
                setattr(statement, name, put(inner))
        for part in [*getattr(statement, "handlers", []), *getattr(statement, "cases", [])]:
            for each in part.body:
                deeper |= set(inside(each))
            part.body = put(part.body)
        if not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            out += [call(line, statement) for line in sorted(lines - deeper)]
        out.append(statement)
    return out
source = open(path, "rb").read()
tree = ast.parse(source, path)
future = [s for s in tree.body if isinstance(s, ast.ImportFrom) and s.module == "__future__"]
tree.body = put(tree.body)
if future:
    last = max(tree.body.index(s) for s in future)
    early = [s for s in tree.body[:last] if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call)]
    tree.body = [s for s in tree.body if s not in early]
    tree.body[tree.body.index(future[-1]) + 1:tree.body.index(future[-1]) + 1] = early
code = compile(tree, path, "exec", dont_inherit=True)
import types
main = types.ModuleType("__main__")
main.__file__ = path
sys.modules["__main__"] = main
builtins.exec, builtins.eval, builtins.compile = watched("exec"), watched("eval"), compiled
run(code, main.__dict__)
""".replace("\\\\", "\\")
    .replace("MOST", str(MOST_PIECES))
    .replace("LONGEST", str(LONGEST_PIECE))
)
