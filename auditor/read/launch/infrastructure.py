"""Programs that carry out a description of machines which the script wrote: Terraform, Pulumi, SkyPilot, stacks of AWS.

Takes the program's arguments; reads the files that it would take. Files that are out of reach say nothing: the
command itself is what is known then.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Final

from auditor.model.unit import Language
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch import downloads
from auditor.read.launch.options import scan
from auditor.read.launch.schedules import carry_out, content_of
from auditor.read.programs.pieces import drop, head_of
from auditor.read.values import Known, Value, known_text

_DIRECTORIES: Final = ("-chdir=", "--chdir=", "--terragrunt-working-dir=", "--working-dir=")
_STACKS: Final = frozenset({"deploy", "create-stack", "update-stack", "create-change-set", "create-stack-set"})


def terraform(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`terraform [-chdir=DIR] apply`: every `.tf` of the directory."""
    texts = [known_text(word) or "" for word in arguments]
    if not {"apply", "run-all"}.intersection(texts):
        return None
    given = [text.partition("=")[2] for text in texts if text.startswith(_DIRECTORIES)]
    _read_directory(evaluation, given[-1] if given else ".", context)
    return None


def _read_directory(evaluation: Evaluation, directory: str, context: Context) -> None:
    wanted = evaluation.files.path(Known(directory), context.directory)
    for path, text in evaluation.files.written(evaluation.limits.files):
        if path.endswith((".tf", ".tofu", ".tf.json")) and posixpath.normpath(posixpath.dirname(path) or ".") == wanted:
            language = Language.MANIFEST if path.endswith(".json") else Language.TERRAFORM
            carry_out(evaluation, language, Known(text), context, "terraform apply")


def pulumi(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`pulumi up`: a program in YAML where the script stands."""
    scanned = scan(arguments, "C cwd s stack m message c config p parallel")
    if known_text(next(iter(scanned.operands), Known(""))) not in {"up", "update"}:
        return None
    given = scanned.last("-C", "--cwd")
    directory = known_text(given) if given is not None else "."
    for name in ("Pulumi.yaml", "Pulumi.yml") if directory is not None else ():
        path = Known(posixpath.normpath(posixpath.join(directory or ".", name)))
        carry_out(evaluation, Language.MANIFEST, content_of(evaluation, path, context), context, "pulumi up")
    return None


def sky(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`sky launch|jobs launch|serve up TASK.yaml`."""
    operands = scan(arguments, "c n cluster name env gpus cloud region zone t instance-type num-nodes").operands
    if not {"launch", "up"}.intersection(known_text(word) for word in operands[:2]):
        return None
    for word in operands[1:3]:
        if head_of(word).endswith((".yaml", ".yml")):
            carry_out(evaluation, Language.MANIFEST, content_of(evaluation, word, context), context, "sky launch")
    return None


def aws(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`aws cloudformation deploy --template-file FILE`, `create-stack --template-body file://FILE`; `aws s3 cp`."""
    copied = downloads.aws(evaluation, arguments, context)
    if copied is not None:
        return copied
    scanned = scan(arguments, "template-file template-body stack-name region profile parameters capabilities tags")
    texts = [known_text(word) for word in scanned.operands[:2]]
    if texts[:1] != ["cloudformation"] or len(texts) < 2 or texts[1] not in _STACKS:
        return None
    path = scanned.last("--template-file", "--template-body")
    if path is not None and head_of(path).startswith("file://"):
        path = drop(path, len("file://"))
    elif path is not None and scanned.has("--template-body"):
        carry_out(evaluation, Language.MANIFEST, path, context, "aws cloudformation")
        return None
    carry_out(evaluation, Language.MANIFEST, content_of(evaluation, path, context), context, "aws cloudformation")
    return None
