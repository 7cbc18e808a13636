"""Coverage of a Python script: markers at the findings' lines, put in by a small program inside the sandbox.

The markers cost nothing elsewhere, and lines keep their numbers. The script can forge or stop
them, so they only ever tell `not-reached` from `not-observed`.
"""

from __future__ import annotations

MARKER_PATH = "/trial/mark.py"
MARKER = """import ast, builtins, os, sys
wanted = {int(word) for word in sys.argv[1].split(",") if word}
path = sys.argv[2]
sys.argv[:] = sys.argv[2:]
sys.path[0] = os.path.dirname(os.path.abspath(path))
log = os.open("/trial/cov/lines", os.O_WRONLY | os.O_APPEND)
seen = set()
def mark(line, write=os.write, log=log, seen=seen, name=os.path.basename(path)):
    if line not in seen:
        seen.add(line)
        write(log, ("+\\\\t%s:%d\\\\t\\\\n" % (name, line)).encode())
builtins.__trial_mark__ = mark
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
code = compile(tree, path, "exec")
import types
main = types.ModuleType("__main__")
main.__file__ = path
sys.modules["__main__"] = main
exec(code, main.__dict__)
""".replace("\\\\", "\\")
