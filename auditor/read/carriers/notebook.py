"""Jupyter notebooks: the code cells in order, as one Python text, with shell lines and cell magics made calls.

The format is nbformat 4, https://nbformat.readthedocs.io/en/latest/format_description.html; nbformat
3, with its worksheets, is read too. A cell in a language that nothing reads is a gap.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import msgspec

from auditor.model.gap import Why
from auditor.model.place import START, Place, Span
from auditor.model.unit import Language, Unit
from auditor.read.carriers.cells import as_python
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Known, Value

_NAME_SET = re.compile(r"(?:^|\bfor)[ \t]*([A-Za-z_]\w*)[ \t]*(?:=(?!=)|\bin\b)", re.MULTILINE)
_FOREIGN = re.compile(r"\s*%%(R|julia|cython|rust|go|octave|matlab|sas|stata|fortran|cpp|cu|cuda)\b")


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
    for found in filter(None, map(_FOREIGN.match, sources)):
        evaluation.gap(Why.NO_READER, f"cells in {found[1]}", place)
    sources = [source for source in sources if not _FOREIGN.match(source)]
    names = frozenset(_NAME_SET.findall("\n".join(sources)))
    text = aligned(unit.text, [(source, as_python(source, names)) for source in sources])
    whole = Place(unit.id, Span(1, 1, unit.text.count("\n") + 1, 1))
    return evaluation.run_code(Language.PYTHON, Known(text), context.deeper(place=whole), made_by="cells", argv=argv)


def aligned(document: str, cells: Sequence[tuple[str, str]]) -> str:
    """Join the cells, each moved down to the line of the document where its source stands, as far as it can be found.

    Notebooks are saved with one source line per line of JSON, so that line N of the code is then line N of the file.
    """
    written: dict[str, list[int]] = {}
    for number, line in enumerate(document.split("\n")):
        written.setdefault(line.strip().rstrip(",").removeprefix('"source": ['), []).append(number)
    pieces: list[str] = []
    now = 0
    for source, code in cells:
        first = source.split("\n", 1)
        quoted = msgspec.json.encode(first[0] + ("\n" if len(first) > 1 else "")).decode("utf-8", "replace")
        places = written.get(quoted) or written.get(json.dumps(msgspec.json.decode(quoted))) or []
        index = bisect_left(places, now)
        if index < len(places):
            pieces.append("\n" * (places[index] - now))
            now = places[index]
        pieces.append(code + "\n")
        now += code.count("\n") + 1
    return "".join(pieces)


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


__all__ = ["as_python", "read_notebook"]
