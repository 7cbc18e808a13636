"""What a machine runs when it first starts: a script, or cloud-init's configuration.

Takes user data as it was given, plain or in base64, and reads it as the machine would,
https://cloudinit.readthedocs.io/en/latest/explanation/format.html.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

from auditor.model.gap import Why
from auditor.model.place import Span, Step
from auditor.model.unit import Language
from auditor.read.carriers.carrier import Carrier, scalars
from auditor.read.carriers.nodes import Node
from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.languages import language_of
from auditor.read.programs.pieces import head_of
from auditor.read.values import Known, Text, Unknown, Value, alternatives, as_text, known_text, stepped

_MOST_PARTS = 50
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{24,}={0,2}\s*")


def run_user_data(
    evaluation: Evaluation, data: Value, context: Context, made_by: str, *, is_script: bool = False
) -> None:
    """Read user data as code, where it is code; a name of a file out of reach says so.

    A start-up script (`is_script`) is run by a shell where no first line names another program.
    """
    for single in alternatives(as_text(data)):
        value: Known | Text | Unknown = single
        text = known_text(value)
        if text is not None and _BASE64.fullmatch(text.strip()):
            value = _decoded(text, value, context)
        head = head_of(value).lstrip()
        if isinstance(value, Unknown):
            evaluation.run_code(Language.BASH, value, context, made_by=made_by)
        elif head.startswith("#cloud-config"):
            evaluation.run_code(Language.MANIFEST, value, context, made_by=made_by)
        elif head.startswith("#!"):
            evaluation.run_code(language_of(head), value, context, made_by=made_by)
        elif head.startswith(("Content-Type:", "MIME-Version:")) and (text := known_text(value)) is not None:
            _parts(evaluation, text, context, made_by)
        elif is_script and head:
            evaluation.run_code(Language.BASH, value, context, made_by=made_by)


def _parts(evaluation: Evaluation, text: str, context: Context, made_by: str) -> None:
    parts = re.split(r"^--\S+[ \t]*$", text, flags=re.MULTILINE)
    if len(parts) > _MOST_PARTS:
        evaluation.gap(Why.TOO_MANY, f"more than {_MOST_PARTS} parts of user data", context.place)
    for part in parts[:_MOST_PARTS]:
        body = part.strip().partition("\n\n")[2].lstrip() if not part.lstrip().startswith("#") else part.lstrip()
        if body.startswith(("#!", "#cloud-config")):
            run_user_data(evaluation, Known(body), context, made_by)


def _decoded(text: str, value: Known | Text | Unknown, context: Context) -> Known | Text | Unknown:
    try:
        plain = base64.b64decode(text, validate=False).decode("utf-8")
    except (binascii.Error, ValueError):
        return value
    step = Step(context.place.unit, context.place.span, "base64")
    decoded = stepped(Known(plain), step, value)
    return decoded if isinstance(decoded, Known) else value


def read_cloud_config(carrier: Carrier, document: Node) -> None:
    """Read cloud-init: files are written first, then what runs at boot and at the end of the first start."""
    written = document.get("write_files")
    for file in written.items if written is not None else ():
        content: Value = Known(file.text_at("content"))
        if file.text_at("encoding") in {"b64", "base64"}:
            single = alternatives(content)[0]
            content = _decoded(file.text_at("content"), single, carrier.at(file.span))
        if path := file.text_at("path"):
            carrier.evaluation.emit("file.write", path, place=carrier.at(file.span).place)
            carrier.evaluation.files.write(Known(path), content)
    for key in ("bootcmd", "runcmd"):
        commands = document.get(key)
        _run_list(carrier, commands.items if commands is not None else ())


def _run_list(carrier: Carrier, commands: Sequence[Node]) -> None:
    """Run commands as cloud-init does: texts by one shell, lists as programs of their own."""
    run: list[Node] = []
    for command in commands:
        if command.text is not None:
            run.append(command)
            continue
        carrier.run_all(run, "setup")
        run = []
        words = [node.text or "" for node in scalars(command)]
        if words:
            carrier.evaluation.launch([*map(Known, words)], carrier.at(_start(command)))
    carrier.run_all(run, "setup")


def _start(node: Node) -> Span:
    return Span(node.span.line, node.span.column, node.span.line, node.span.column)
