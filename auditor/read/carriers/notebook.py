"""Jupyter notebooks: the code cells in order, as one Python text, with shell lines and cell magics made calls.

The format is nbformat 4, https://nbformat.readthedocs.io/en/latest/format_description.html; the
magics are IPython's, https://ipython.readthedocs.io/en/stable/interactive/magics.html.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from auditor.model.gap import Why
from auditor.model.place import START, Place
from auditor.model.unit import Language, Unit
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Known, Value

_ASSIGNED = re.compile(r"^(\s*)([\w.,\s]+?)\s*=\s*(!|%)(.+)$")
_SHELL_MAGICS = {"bash", "sh", "script", "system", "sx"}


def read_notebook(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read the cells of a notebook; a kernel of another language is a gap."""
    place = Place(unit.id, START)
    try:
        notebook = msgspec.json.decode(unit.text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        evaluation.gap(Why.NOT_PARSED, "the notebook is not valid JSON", place)
        return Outcome()
    if not isinstance(notebook, dict):
        evaluation.gap(Why.NOT_PARSED, "the notebook has no cells", place)
        return Outcome()
    language = _kernel(notebook)
    if language not in {"python", "ipython"}:
        evaluation.gap(Why.NO_READER, f"a notebook in {language[:40]}", place)
        return Outcome()
    sources = [_source(cell) for cell in _cells(notebook) if cell.get("cell_type") == "code"]
    text = "\n".join(as_python(source) for source in sources)
    return evaluation.run_code(Language.PYTHON, Known(text), context.deeper(place=place), made_by="cells", argv=argv)


def as_python(source: str) -> str:
    """Give a cell's source as Python: `!cmd`, `%magic` and `%%magic` become calls of `get_ipython()`."""
    lines = source.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        name, _, options = lines[first][2:].strip().partition(" ")
        body = "\n".join(lines[first + 1 :])
        if name in {"time", "timeit", "capture", "prun"}:
            return as_python(body)
        if name in {"writefile", "file"}:
            return _written(options, body)
        return f"get_ipython().run_cell_magic({name!r}, {options!r}, {body!r})"
    return "\n".join(_line(line) for line in _joined(lines))


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


def _line(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    bare = line.strip()
    assigned = _ASSIGNED.match(line)
    if bare.startswith("!"):
        return f"{indent}get_ipython().system({_interpolated(bare.lstrip('!'))})"
    if bare.startswith("%") and not bare.startswith("%%"):
        return indent + _magic(bare[1:])
    if assigned is not None:
        call = f"get_ipython().getoutput({_interpolated(assigned[4])})" if assigned[3] == "!" else _magic(assigned[4])
        return f"{assigned[1]}{assigned[2]} = {call}"
    if bare.endswith("?") and re.fullmatch(r"[\w.]+\?{1,2}", bare):
        return f"{indent}pass"
    return line


def _magic(text: str) -> str:
    name, _, rest = text.strip().partition(" ")
    if name in _SHELL_MAGICS:
        return f"get_ipython().system({_interpolated(rest)})"
    if name == "env" and "=" in rest:
        key, _, value = rest.partition("=")
        return f"__import__('os').environ[{key.strip()!r}] = {value.strip()!r}"
    if name in {"pip", "conda", "mamba"}:
        return f"get_ipython().system({_interpolated(f'{name} {rest}')})"
    if name in {"time", "timeit"}:
        return _line(rest) if rest else "pass"
    return f"get_ipython().run_line_magic({name!r}, {rest!r})"


def _interpolated(command: str) -> str:
    """Give the Python expression for a shell line: `{name}` is Python's value, `{{` a brace."""
    command = command.strip()
    if re.search(r"(?<!\{)\{[A-Za-z_][\w.\[\]'\"]*\}(?!\})", command):
        parts = re.split(r"(?<![{$])\{([A-Za-z_][\w.\[\]'\"]*)\}", command)
        pieces = [repr(part) if index % 2 == 0 else f"str({part})" for index, part in enumerate(parts)]
        return " + ".join(pieces)
    return repr(command)


def _written(options: str, body: str) -> str:
    words = options.split()
    mode = "a" if "-a" in words else "w"
    path = next((word for word in words if not word.startswith("-")), "")
    return f"open({path!r}, {mode!r}).write({body!r})"


def _kernel(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        entry = metadata.get(key)
        if isinstance(entry, dict) and isinstance(entry.get(name), str):
            return str(entry[name]).lower()
    return "python"


def _cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    cells = notebook.get("cells")
    if not isinstance(cells, list):  # nbformat 3 keeps them in worksheets
        sheets = notebook.get("worksheets")
        sheets = sheets if isinstance(sheets, list) else []
        cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells") or []]
    return [cell for cell in cells if isinstance(cell, dict)]


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""
