"""What an act that writes leaves behind: paths and whole texts, as the session knows the files.

An edit or a hunk that does not fit still gives its new text, so that it is judged all the same.
Raises Unclear for a patch in which no file is found.
"""

from __future__ import annotations

from auditor.gate.calls import Cell, Edit, Patch, Unclear, Write
from auditor.gate.patches import patched
from auditor.gate.sessions import Session
from auditor.read.carriers.notebook import as_python


def results(session: Session, act: Write | Edit | Patch | Cell) -> tuple[tuple[str, str], ...]:
    """Give the files that an act leaves behind."""
    if isinstance(act, Write):
        return ((session.path(act.path), act.content),)
    if isinstance(act, Cell):
        return ((session.path(act.path), as_python(act.source)),) if act.is_code else ()
    if isinstance(act, Edit):
        return ((session.path(act.path), _edited(session.text(act.path), act)),)
    files = patched(act.text, session.text)
    if not files and act.text.strip() and "*** Delete File" not in act.text and "+++ /dev/null" not in act.text:
        raise Unclear("a patch names no file")
    return tuple((session.path(path), text) for path, text in files)


def _edited(before: str | None, act: Edit) -> str:
    if before is None or (act.old and act.old not in before):
        return act.new if not before else before + "\n" + act.new
    if not act.old:
        return before + "\n" + act.new
    return before.replace(act.old, act.new, -1 if act.every else 1)
