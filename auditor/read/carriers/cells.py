"""Cells as Python: shell lines and magics of IPython become calls, line for line.

Takes a cell's source, gives Python of as many lines or more; the magics are IPython's,
https://ipython.readthedocs.io/en/stable/interactive/magics.html.
"""

from __future__ import annotations

import re

_ASSIGNED = re.compile(r"^(\s*)([\w.,\s]+?)\s*=\s*(!|%)(.+)$")
_VALUE = re.compile(r"(?<![{$])\{([A-Za-z_][\w.\[\]'\"]*)\}(?!\})|(?<![\\$])\$([A-Za-z_]\w*)")
_SHOWN = frozenset("html javascript js latex markdown svg HTML SVG".split())
"""Cells that a browser shows; nothing runs on the machine."""
_PROGRAMS = frozenset("python python2 python3 pypy perl ruby".split())
_SHELL_MAGICS = {"bash", "sh", "script", "system", "sx"}


def as_python(source: str, names: frozenset[str] = frozenset()) -> str:
    """Give a cell's source as Python: `!cmd`, `%magic` and `%%magic` become calls of `get_ipython()`.

    `names` are Python's own, which `$name` means in a shell line; another `$name` is the shell's.
    """
    lines = source.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip(" \t"))]
    lines = [line.removeprefix(indent) for line in lines]  # IPython takes the first line's indent off all
    if lines[first].startswith("%%"):
        name, _, options = lines[first][2:].strip().partition(" ")
        body = "\n".join(lines[first + 1 :])
        if name in {"time", "timeit", "capture", "prun"}:
            return "\n" * (first + 1) + as_python(body, names)
        if name in {"writefile", "file"}:
            return "\n" * first + _written(options, body) + "\n" * body.count("\n")
        if name in _SHOWN:
            return "\n" * (first + 1 + body.count("\n")) + "pass"
        if name == "script" or name in _PROGRAMS:
            words = options.split() if name == "script" else [name]
            words = [word for word in words if not word.startswith("--")] or ["sh"]
            call = f"__import__('subprocess').run({words!r}, input={body!r}, text=True)"
            return "\n" * first + call + "\n" * (body.count("\n") + 1)
        call = f"get_ipython().run_cell_magic({name!r}, {options!r}, {body!r})"
        return "\n" * first + call + "\n" * (body.count("\n") + 1)
    return "\n".join(_line(line, names) for line in _joined(lines))


def _joined(lines: list[str]) -> list[str]:
    """Join the continuation lines of shell lines, keeping the count of lines by blank ones."""
    joined: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        if line.lstrip().startswith(("!", "%")):
            blanks = 0
            while line.rstrip().endswith("\\") and index + 1 < len(lines):
                index += 1
                blanks += 1
                line = line.rstrip()[:-1] + lines[index]
            joined += [line, *[""] * blanks]
        else:
            joined.append(line)
        index += 1
    return joined


def _line(line: str, names: frozenset[str]) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    bare = line.strip()
    assigned = _ASSIGNED.match(line)
    if bare.startswith("!"):
        return f"{indent}get_ipython().system({_interpolated(bare.lstrip('!'), names)})"
    if bare.startswith("%") and not bare.startswith("%%"):
        return indent + _magic(bare[1:], names)
    if assigned is not None:
        call = (
            f"get_ipython().getoutput({_interpolated(assigned[4], names)})"
            if assigned[3] == "!"
            else _magic(assigned[4], names)
        )
        return f"{assigned[1]}{assigned[2]} = {call}"
    if bare.endswith("?") and re.fullmatch(r"[\w.]+\?{1,2}", bare):
        return f"{indent}pass"
    return line


def _magic(text: str, names: frozenset[str]) -> str:
    name, _, rest = text.strip().partition(" ")
    if name in _SHELL_MAGICS:
        return f"get_ipython().system({_interpolated(rest, names)})"
    pair = re.fullmatch(r"(\w+)(?:\s*=\s*|\s+)(.*)", rest.strip())
    if name in {"env", "set_env"} and pair is not None:
        return f"__import__('os').environ[{pair[1]!r}] = {_interpolated(pair[2], names)}"
    if name == "cd" and rest.strip():
        return f"__import__('os').chdir({_interpolated(rest, names)})"
    if name == "run" and rest.strip():
        words = [word for word in rest.split() if not re.fullmatch(r"-[a-z]+", word)]
        program = "bash" if words and words[0].endswith(".sh") else "python"
        return f"__import__('subprocess').run({[program, *words]!r})" if words else "pass"
    if name in {"pip", "conda", "mamba"}:
        return f"get_ipython().system({_interpolated(f'{name} {rest}', names)})"
    if name in {"time", "timeit"}:
        return _line(rest, names) if rest else "pass"
    return f"get_ipython().run_line_magic({name!r}, {rest!r})"


def _interpolated(command: str, names: frozenset[str]) -> str:
    """Give the Python expression for a shell line: `{name}` and a known `$name` are Python's values, `{{` a brace."""
    command = command.strip()
    pieces: list[str] = []
    end = 0
    for found in _VALUE.finditer(command):
        if found[2] is not None and found[2] not in names:
            continue
        pieces += [repr(command[end : found.start()]), f"str({found[1] or found[2]})"]
        end = found.end()
    return " + ".join([*pieces, repr(command[end:])]) if pieces else repr(command)


def _written(options: str, body: str) -> str:
    words = options.split()
    mode = "a" if "-a" in words else "w"
    path = next((word for word in words if not word.startswith("-")), "")
    return f"open({path!r}, {mode!r}).write({body!r})"
