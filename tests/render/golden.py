"""Golden files: what an output looked like when someone last looked at it.

`UPDATE_GOLDEN=1` writes them anew; the difference is then reviewed like any other change.
"""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent.parent / "golden" / "render"


def assert_golden(name: str, text: str) -> None:
    """Compare a text with its golden file."""
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
