"""YAML that starts programs: Compose files, Kubernetes objects, CI workflows and SkyPilot tasks.

Formats: https://github.com/compose-spec/compose-spec, https://kubernetes.io/docs/reference/,
https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax,
https://docs.gitlab.com/ci/yaml/, https://docs.skypilot.co/en/latest/reference/yaml-spec.html.
A container becomes the `docker run` that would start it; what a CI step or task runs is bash.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

from auditor.model.place import Place
from auditor.model.unit import Language, Unit
from auditor.model.word import Source
from auditor.read.carriers.nodes import Node, documents, walk
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Known, Value, concat

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_ACCELERATOR = re.compile(
    r"(?:nvidia|amd|habana|google|aws|gpu\.intel)\.\w*[./]?\w*(?:gpu|tpu|gaudi|neuron\w*|mig-[\w.]+)$"
)
_GITLAB_SCRIPTS = ("before_script", "script", "after_script")


@dataclass(frozen=True, slots=True)
class _Carrier:
    """What reading one manifest needs at every node."""

    evaluation: Evaluation
    unit: Unit
    context: Context

    def at(self, node: Node, environment: dict[str, Value] | None = None) -> Context:
        """Give the context for code that stands at a node."""
        merged = {**self.context.environment, **(environment or {})}
        return replace(self.context, place=Place(self.unit.id, node.span), environment=merged)

    def value(self, text: str) -> Value:
        """Give a text with `${{ … }}` as unknown parts."""
        pieces: list[Value] = []
        end = 0
        for match in _EXPRESSION.finditer(text):
            pieces += [Known(text[end : match.start()]), self.evaluation.fresh(Source.ENVIRONMENT, match[0][:80])]
            end = match.end()
        return concat([*pieces, Known(text[end:])]) if pieces else Known(text)

    def run(self, node: Node, made_by: str, language: Language = Language.BASH) -> None:
        """Run the code that a scalar holds."""
        if node.text:
            self.evaluation.run_code(language, self.value(node.text), self.at(node), made_by=made_by)


def read_manifest(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read a YAML text by what its documents look like; one that starts nothing has no effects."""
    carrier = _Carrier(evaluation, unit, context)
    for document in documents(evaluation, unit):
        if document.get("services") is not None:
            _compose(carrier, document)
        elif document.get("apiVersion") is not None and document.get("kind") is not None:
            _kubernetes(carrier, document)
        elif document.get("jobs") is not None or document.get("runs", "steps") is not None:
            _actions(carrier, document)
        elif document.get("run") is not None and (document.get("resources") or document.get("setup")):
            _task(carrier, document)
        else:
            _gitlab(carrier, document)
    return Outcome()


def _compose(carrier: _Carrier, document: Node) -> None:
    services = document.get("services")
    for _, service in services.entries if services is not None else ():
        _container(
            carrier, service, command=service.get("entrypoint"), arguments=service.get("command"),
            environment=service.get("environment"),
        )  # fmt: skip


def _kubernetes(carrier: _Carrier, document: Node) -> None:
    for node in walk(document):
        for key, containers in node.entries:
            if key in {"containers", "initContainers", "ephemeralContainers"}:
                for container in containers.items:
                    _container(
                        carrier, container, command=container.get("command"), arguments=container.get("args"),
                        environment=container.get("env"),
                    )  # fmt: skip
    kind = document.get("kind")
    if kind is not None and kind.text in {"ConfigMap", "Secret"}:
        return
    for node in walk(document):
        limits = node.get("resources", "limits") or node.get("resources", "requests")
        for name, amount in limits.entries if limits is not None else ():
            if _ACCELERATOR.search(name):
                carrier.evaluation.emit(
                    "cloud.request", "kubernetes", name, amount.text or "1", place=Place(carrier.unit.id, amount.span)
                )


def _container(
    carrier: _Carrier, service: Node, *, command: Node | None, arguments: Node | None, environment: Node | None
) -> None:
    """Start a container as `docker run IMAGE COMMAND…` would."""
    image = service.get("image")
    words = [*_words(command), *_words(arguments)]
    if image is None and not words:
        return
    named = carrier.value(image.text) if image is not None and image.text else Known("image")
    flags = ["--privileged"] if (flag := service.get("privileged")) is not None and flag.text == "true" else []
    argv: list[Value] = [Known("docker"), Known("run"), *map(Known, flags), named, *map(carrier.value, words)]
    carrier.evaluation.launch(argv, carrier.at(service, _environment(carrier, environment)))


def _environment(carrier: _Carrier, node: Node | None) -> dict[str, Value]:
    if node is None:
        return {}
    found = {name: carrier.value(value.text) for name, value in node.entries if value.text is not None}
    for item in node.items:
        name, value = item.get("name"), item.get("value")
        if name is not None and value is not None and name.text and value.text is not None:
            found[name.text] = carrier.value(value.text)
        elif item.text and "=" in item.text:
            key, _, text = item.text.partition("=")
            found[key] = carrier.value(text)
    return found


def _words(node: Node | None) -> list[str]:
    if node is None:
        return []
    if node.text is None:
        return node.words()
    try:
        return shlex.split(node.text)
    except ValueError:
        return node.text.split()


def _actions(carrier: _Carrier, document: Node) -> None:
    for node in walk(document):
        steps = node.get("steps")
        for step in steps.items if steps is not None else ():
            code = step.get("run")
            shell = step.get("shell")
            if code is not None:
                is_python = shell is not None and (shell.text or "").startswith("python")
                carrier.run(code, "step", Language.PYTHON if is_python else Language.BASH)


def _gitlab(carrier: _Carrier, document: Node) -> None:
    scripts = [(name, document.get(name)) for name in _GITLAB_SCRIPTS]
    scripts += [(name, job.get(name)) for _, job in document.entries for name in _GITLAB_SCRIPTS]
    for name, script in scripts:
        if script is None:
            continue
        for line in script.items or (script,):
            carrier.run(line, name)


def _task(carrier: _Carrier, document: Node) -> None:
    accelerators = document.get("resources", "accelerators")
    names = [accelerators.text] if accelerators is not None and accelerators.text else []
    if accelerators is not None:
        names += accelerators.words() + [f"{name}:{count.text or 1}" for name, count in accelerators.entries]
    cloud = document.get("resources", "cloud") or document.get("resources", "infra")
    nodes = document.get("num_nodes")
    for name in names:
        kind, _, count = name.partition(":")
        total = (
            str(int(count or "1") * int(nodes.text or "1")) if nodes is not None and _is_count(count, nodes) else count
        )
        place = Place(carrier.unit.id, accelerators.span if accelerators is not None else document.span)
        provider = (cloud.text if cloud is not None else None) or "any"
        carrier.evaluation.emit("cloud.provision", "skypilot", provider, kind, total or "1", "default", place=place)
    for key in ("setup", "run"):
        code = document.get(key)
        if code is not None:
            carrier.run(code, key)


def _is_count(count: str, nodes: Node) -> bool:
    return (
        (not count or (count.isdigit() and len(count) < 6))
        and (nodes.text or "").isdigit()
        and len(nodes.text or "") < 6
    )
