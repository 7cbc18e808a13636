"""A page of results as text: template, style and script in one file that asks the network for nothing.

Takes a folder that holds `page.html`, `page.css` and `page.js`, filters, and what the template is given. Its
values are escaped by the template; `data` lies in a JSON block that cannot be closed from inside, and the
page's policy lets only its own script run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from auditor.errors import UsageError
from auditor.render.escape import safe_json

Filter = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Template:
    """Where a page's parts lie, its own filters, and the extra that brings what it needs."""

    folder: Path
    extra: str
    filters: Mapping[str, Filter] = field(default_factory=dict)

    def page(self, data: object, values: Mapping[str, object]) -> str:
        """Give the page. Raises UsageError where jinja2 is missing."""
        try:
            from jinja2 import Environment, FileSystemLoader, StrictUndefined
            from markupsafe import Markup
        except ImportError as error:
            raise UsageError("this needs jinja2", hint=f"pip install 'auditor[{self.extra}]'") from error
        environment = Environment(
            loader=FileSystemLoader(self.folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(self.filters)
        script = (self.folder / "page.js").read_text(encoding="utf-8")
        return environment.get_template("page.html").render(
            values,
            style=Markup((self.folder / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            data=Markup(embedded(data)),  # noqa: S704 - escaped for it
        )


def embedded(value: object) -> str:
    """Write JSON that can stand inside a page: no tag, no entity and no line separator in it."""
    text = safe_json(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
