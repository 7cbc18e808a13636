"""The page as text: template, style and script in one file.

Takes a Correlation and its document. Everything of traces and logs is escaped by the template, or lies
in a JSON block that cannot be closed from inside; the page's policy lets only its own script run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from auditor.correlate.correlation import Correlation
from auditor.correlate.document import Document
from auditor.correlate.incidents import moment_text
from auditor.correlate.page.lanes import runs_of
from auditor.correlate.text import clock_text, usual
from auditor.errors import UsageError
from auditor.render.escape import safe_json, visible
from auditor.render.redact import redact

_FOLDER = Path(__file__).parent
_SHOWN_INCIDENTS = 200
_SHOWN_UNEXPLAINED = 100


def page_of(found: Correlation, document: Document) -> str:
    """Give the page."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise UsageError("this needs jinja2", hint="pip install 'auditor[correlate]'") from error
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: f"{value:,.0f}"
    environment.filters["seen"] = lambda value: visible(redact(str(value)))
    environment.filters["clock"] = clock_text
    environment.filters["moment"] = lambda value: moment_text(value)[:16].replace("T", " ")
    environment.filters["code"] = lambda value: "\n".join(visible(line) for line in redact(value).splitlines()[:12])
    script = (_FOLDER / "page.js").read_text(encoding="utf-8")
    runs = runs_of(found, document)
    return environment.get_template("page.html").render(
        document=document,
        test=document.association,
        told=sum(incident.explained for incident in document.incidents),
        usual=usual(document),
        runs=runs,
        incidents=document.incidents[:_SHOWN_INCIDENTS],
        unexplained=document.unexplained[:_SHOWN_UNEXPLAINED],
        style=Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        data=Markup(_embedded(runs)),  # noqa: S704 - escaped for it
    )


def _embedded(value: object) -> str:
    """Write JSON that can stand inside a page: no tag, no entity and no line separator in it."""
    text = safe_json(json.dumps(_cleaned(value), ensure_ascii=False, separators=(",", ":")))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return visible(redact(value))
    if isinstance(value, dict):
        return {key: _cleaned(each) for key, each in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, list) else value
