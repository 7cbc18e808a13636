"""Help in sections: the options of a command with many, grouped by what they are about."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from typer.core import TyperCommand


class Sections(TyperCommand):
    """A command whose help groups its options by their panel, as plain text."""

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - typer moves these types between versions
        """Write one section per panel, in the order in which they first come."""
        sections: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                default = "Arguments" if parameter.param_type_name == "argument" else "Options"
                sections[getattr(parameter, "rich_help_panel", None) or default].append(record)
        for name in (*(name for name in sections if name != "Options"), "Options"):
            if sections[name]:
                with formatter.section(name):
                    formatter.write_dl(sections[name])
