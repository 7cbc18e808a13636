"""Paper: what text for people is written on, with a width, and with colour or without.

Takes pieces that are already harmless, gives lines. Nothing here reads markup: a piece is shown as
it is, whatever brackets it holds.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from auditor.model.verdict import Verdict
from auditor.render.look import Look

_TRAILING = re.compile(r"(?: |\x1b\[[0-9;]*m)+(?=\n)")
STYLES = {Verdict.DENY: "bold red", Verdict.REVIEW: "bold yellow", Verdict.ALLOW: "bold green"}
LABEL = "dim"


class Paper:
    """Collects lines, and gives them as one text."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._text = io.StringIO()
        self._console = Console(
            file=self._text,
            width=max(look.width, 40),
            force_terminal=look.is_coloured,
            force_interactive=False,
            color_system="standard" if look.is_coloured else None,
            no_color=not look.is_coloured,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
        )

    def line(self, *pieces: tuple[str, str] | str, indent: int = 0) -> None:
        """Write a line of pieces, each with its style; it wraps at blanks, under its own indent."""
        self.row((), Text.assemble(*pieces), indent=indent)

    def row(self, labels: Sequence[tuple[str, int, str]], value: Text | str, indent: int = 0) -> None:
        """Write labels, each with its width and style, and a value that wraps beside them."""
        table = Table.grid(padding=(0, 1))
        if indent > 0:
            table.add_column(width=indent - 1)
        for _, width, style in labels:
            table.add_column(width=width, no_wrap=True, style=style)
        table.add_column(overflow="fold")
        blank = [""] if indent > 0 else []
        table.add_row(
            *blank, *(Text(label) for label, _, _ in labels), Text(value) if isinstance(value, str) else value
        )
        self._console.print(table)

    def styled(self, text: str, style: str) -> Text:
        """Give a piece with its style, as the value of a row."""
        return Text(text, style)

    def blank(self) -> None:
        """Write an empty line."""
        self._console.print()

    def raw(self, *pieces: tuple[str, str] | str) -> None:
        """Write a line that does not wrap; what does not fit is cut."""
        self._console.print(Text.assemble(*pieces), no_wrap=True, overflow="ellipsis", crop=True)

    def text(self) -> str:
        """Give everything written so far."""
        return _TRAILING.sub(lambda end: end[0].replace(" ", ""), self._text.getvalue())
