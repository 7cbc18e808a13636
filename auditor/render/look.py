"""How text is drawn: columns, colour, and what the output can carry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """How text is drawn: columns, colour, and whether the output can carry more than ASCII."""

    width: int = 80
    is_coloured: bool = False
    is_unicode: bool = True

    @property
    def arrow(self) -> str:
        """What stands between the steps of a trail."""
        return "→" if self.is_unicode else "->"

    @property
    def bar(self) -> str:
        """What stands between a line number and its line."""
        return "│" if self.is_unicode else "|"

    @property
    def dot(self) -> str:
        """What stands between parts of a line."""
        return "·" if self.is_unicode else "-"

    @property
    def branches(self) -> tuple[str, str, str, str]:
        """The pieces of a tree: a child, the last child, a line going on, nothing."""
        return ("├─ ", "└─ ", "│  ", "   ") if self.is_unicode else ("|- ", "`- ", "|  ", "   ")
