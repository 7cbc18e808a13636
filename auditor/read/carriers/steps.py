"""CI workflows: what the steps of a pipeline run, in the order of the file, with the variables that they are given.

Formats: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax,
https://docs.gitlab.com/ci/yaml/, https://circleci.com/docs/configuration-reference/,
https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/, https://docs.travis-ci.com/user/job-lifecycle/.
"""

from __future__ import annotations

from auditor.model.gap import Why
from auditor.model.place import Place
from auditor.model.unit import Language
from auditor.read.carriers.carrier import Carrier, scalars, words_of_command
from auditor.read.carriers.nodes import Node
from auditor.read.values import Known

_SCRIPTS = (
    "before_install install before_script script after_success after_failure after_script before_deploy deploy_script "
    "build_script test_script commands"
).split()
_SHELLS: tuple[tuple[str, Language], ...] = (
    ("python", Language.PYTHON),
    ("pwsh", Language.POWERSHELL),
    ("powershell", Language.POWERSHELL),
    ("cmd", Language.OTHER),
    ("perl", Language.PERL),
    ("node", Language.JAVASCRIPT),
)
_MOST_DEPTH = 8


def read_workflow(carrier: Carrier, document: Node, depth: int = 0, shell: str = "") -> None:
    """Read jobs, steps and scripts at any level that the formats know."""
    if depth > _MOST_DEPTH:
        carrier.evaluation.gap(Why.TOO_DEEP, "jobs and stages inside each other", Place(carrier.unit.id, document.span))
        return
    inside = carrier.inside({**carrier.variables(document.get("env")), **carrier.expanded(document.get("variables"))})
    shell = document.text_at("defaults", "run", "shell") or shell
    steps = document.get("steps")
    for step in steps.items if steps is not None else ():
        _step(inside, step, shell)
    _scripts(inside, document)
    if document.text_at("using") == "docker" and (image := document.get("image")) is not None:
        _container(inside, image.text or "", document)
    for key in ("jobs", "stages", "runs", "job", "default", "pipeline"):
        below = document.get(key)
        for child in [*below.items, *(value for _, value in below.entries)] if below is not None else []:
            if child.is_mapping:
                read_workflow(inside, child, depth + 1, shell)
        if below is not None and below.is_mapping and key in {"runs", "default"}:
            read_workflow(inside, below, depth + 1, shell)
    if depth == 0 and document.get("jobs") is None:
        for key, job in document.entries:
            if job.is_mapping and key not in {"variables", "default", "env", "runs"}:
                _scripts(inside.inside(inside.expanded(job.get("variables"))), job, document)


def _scripts(carrier: Carrier, job: Node, document: Node | None = None) -> None:
    """Run the scripts of a job as one shell would: what comes before, the script, what comes after."""
    nodes = [node for name in _SCRIPTS for node in _lines(carrier, job.get(name), document)]
    carrier.run_all([node for node in nodes if node.text is not None], "script")


def _lines(carrier: Carrier, node: Node | None, document: Node | None, depth: int = 0) -> list[Node]:
    if node is None:
        return []
    carrier.evaluation.spend()
    if node.text is not None:
        return [node]
    if depth > _MOST_DEPTH:
        carrier.evaluation.gap(Why.TOO_DEEP, "lists and references of scripts", Place(carrier.unit.id, node.span))
        return []
    if node.tag == "!reference" and document is not None:
        return _lines(carrier, document.get(*node.words()), document, depth + 1)
    return [inner for item in node.items for inner in _lines(carrier, item, document, depth + 1)]


def _step(carrier: Carrier, step: Node, shell: str) -> None:
    inside = carrier.inside(carrier.variables(step.get("env")))
    shell = step.text_at("shell") or shell
    for key in ("run", "script", "bash", "sh"):
        code = step.get(key)
        if code is None:
            continue
        if code.text is None:
            code = code.get("command") or code
            shell = shell or step.text_at(key, "shell")
        if code.text is not None:
            inside.run(code, "step", language_of_shell(shell))
    for key, language in (("pwsh", Language.POWERSHELL), ("powershell", Language.POWERSHELL)):
        if (code := step.get(key)) is not None:
            inside.run(code, "step", language)
    inside.run_all(scalars(step.get("commands")), "script")
    uses, script = step.text_at("uses"), step.get("with", "script")
    if script is not None and uses.startswith("actions/github-script"):
        inside.run(script, "step", Language.JAVASCRIPT)
    elif script is not None and "ssh" in uses:
        inside.run(script, "step")
    elif uses.startswith("docker://"):
        _container(inside, uses.removeprefix("docker://"), step.get("with") or step)


def _container(carrier: Carrier, image: str, node: Node) -> None:
    words = [*words_of_command(node.get("entrypoint")), *words_of_command(node.get("args"))]
    if image and not image.startswith((".", "Dockerfile")):
        argv = [Known("docker"), Known("run"), Known(image.removeprefix("docker://")), *map(carrier.value, words)]
        carrier.evaluation.launch(argv, carrier.at(node.span))


def language_of_shell(shell: str) -> Language:
    """Give the language of a step's `shell:`; bash where none is named."""
    name = shell.split(None, 1)[0].rpartition("/")[2] if shell.strip() else ""
    return next((language for start, language in _SHELLS if name.startswith(start)), Language.BASH)
