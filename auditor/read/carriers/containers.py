"""Containers that a document starts: Compose services and Kubernetes objects, each as its `docker run`.

Formats: https://github.com/compose-spec/compose-spec and https://kubernetes.io/docs/reference/.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.model.place import Place
from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.carriers.carrier import Carrier, words_of_command
from auditor.read.carriers.nodes import Node, walk
from auditor.read.launch.languages import BY_INTERPRETER
from auditor.read.launch.programs import canonical
from auditor.read.values import Known, Value, concat

_ACCELERATOR = re.compile(
    r"(?:nvidia|amd|habana|google|aws|gpu\.intel)\.\w*[./]?\w*(?:gpu|tpu|gaudi|neuron\w*|mig-[\w.]+)$"
)
_COMPOSE_VARIABLE = re.compile(r"\$(?:(\$)|\{([A-Za-z_]\w*)(?::?([-+?])([^{}]*))?\}|([A-Za-z_]\w*))")
_POD_VARIABLE = re.compile(r"\$(?:(\$)\(|\(([A-Za-z_]\w*)\))")
_LISTS = frozenset({"containers", "initContainers", "ephemeralContainers", "steps", "sidecars"})
_ACTIONS = frozenset({"exec", "postStart", "preStop", "startupProbe", "livenessProbe", "readinessProbe"})
_MOST_VARIABLES = 500


def read_compose(carrier: Carrier, document: Node) -> None:
    """Start every service of a Compose file."""
    services = document.get("services")
    for _, service in services.entries if services is not None else ():
        inside = carrier.inside({name: _filled(carrier, value) for name, value in _texts(service).items()})
        flags = [*_flags(service)]
        for volume in (service.get("volumes") or Node(service.span)).items:
            source, target = volume.text_at("source"), volume.text_at("target")
            text = volume.text or (f"{source}:{target}" if source and target else "")
            if text.startswith(("/", ".", "~", "$")):
                flags += ["-v", text]
        words = [*words_of_command(service.get("entrypoint")), *words_of_command(service.get("command"))]
        _start(inside, service, [*map(Known, flags)], [_filled(inside, word) for word in words])
        test = service.get("healthcheck", "test")
        if test is not None and test.text:
            inside.run(test, "healthcheck")
        elif test is not None:
            _checked(inside, test)
        for hook in ("post_start", "pre_stop"):
            for step in (service.get(hook) or Node(service.span)).items:
                _launch(inside, step, [_filled(inside, word) for word in words_of_command(step.get("command"))])


def _texts(service: Node) -> dict[str, str]:
    node = service.get("environment")
    if node is None:
        return {}
    found = {name: value.text for name, value in node.entries if value.text is not None}
    pairs = (item.text.partition("=") for item in node.items if item.text and "=" in item.text)
    return {**found, **{name: value for name, _, value in pairs}}


def _checked(carrier: Carrier, test: Node) -> None:
    words = test.words()
    if words[:1] == ["CMD"]:
        _launch(carrier, test, [_filled(carrier, word) for word in words[1:]])
    elif words[:1] == ["CMD-SHELL"] and len(test.items) > 1:
        carrier.run(test.items[1], "healthcheck")


def _filled(carrier: Carrier, text: str) -> Value:
    """Give a text as Compose fills it in: `$$` is a dollar, a variable is the host's or its default."""
    pieces: list[Value] = []
    end = 0
    for count, found in enumerate(_COMPOSE_VARIABLE.finditer(text)):
        if count > _MOST_VARIABLES:
            break
        if found[1]:
            value: Value = Known("$")
        elif found[3] in {"-", "+"}:
            value = Known(found[4])
        else:
            value = carrier.evaluation.fresh(Source.ENVIRONMENT, (found[2] or found[5])[:80])
        pieces += [Known(text[end : found.start()]), value]
        end = found.end()
    return concat([*pieces, Known(text[end:])]) if pieces else Known(text)


def read_kubernetes(carrier: Carrier, document: Node) -> None:
    """Start every container of a Kubernetes object, however deep its template stands; note accelerators asked for."""
    if document.text_at("kind") in {"ConfigMap", "Secret", "CustomResourceDefinition"}:
        return
    _rented(carrier, document)
    for node in walk(document):
        for key, value in node.entries:
            for container in value.items if key in _LISTS else [value] if key == "container" else []:
                _container(carrier, container, node)
            if key == "script" and value.get("source") is not None:
                _script(carrier, value, value.get("source"))
        for name, amount in (node.get("resources", "limits") or node.get("resources", "requests") or node).entries:
            if amount.text is not None and _ACCELERATOR.search(name):
                place = Place(carrier.unit.id, amount.span)
                carrier.evaluation.emit("cloud.request", "kubernetes", name, amount.text or "1", place=place)


def _rented(carrier: Carrier, document: Node) -> None:
    """Note the machine that an object of a provider's own stands for (CoreWeave's VirtualServer)."""
    wanted = document.get("spec", "resources", "gpu")
    if wanted is None or not document.text_at("apiVersion").startswith("virtualservers.coreweave.com/"):
        return
    kind, count = wanted.text_at("type"), wanted.text_at("count") or "1"
    region, place = document.text_at("spec", "region") or "default", Place(carrier.unit.id, wanted.span)
    carrier.evaluation.emit("cloud.provision", "coreweave", "virtualserver", kind, count, region, place=place)


def _of_host(container: Node, pod: Node) -> list[str]:
    """Give what a pod shares with its host, as options of `docker run`; what is only read of it is not shared."""
    flags: list[str] = []
    for key, option in (("hostPID", "--pid"), ("hostNetwork", "--network"), ("hostIPC", "--ipc")):
        if pod.text_at(key) == "true":
            flags += [option, "host"]
    paths = {each.text_at("name"): each.text_at("hostPath", "path") for each in _items(pod, "volumes")}
    for mount in _items(container, "volumeMounts"):
        path = paths.get(mount.text_at("name"))
        if path and mount.text_at("readOnly") != "true":
            flags += ["-v", f"{path}:{mount.text_at('mountPath') or path}"]
    return flags


def _items(node: Node, key: str) -> Sequence[Node]:
    found = node.get(key)
    return found.items[:_MOST_VARIABLES] if found is not None else ()


def _container(carrier: Carrier, container: Node, pod: Node) -> None:
    inside = carrier.inside(carrier.variables(container.get("env")))
    words = [*words_of_command(container.get("command")), *words_of_command(container.get("args"))]
    flags = [*_flags(container), *_of_host(container, pod)]
    if container.text_at("securityContext", "privileged") == "true":
        flags.append("--privileged")
    if container.get("script") is not None and container.get("image") is not None:
        _script(inside, container, container.get("script"))
    _start(inside, container, [*map(Known, flags)], [_pod_value(inside, word) for word in words])
    for key, hook in [*(container.get("lifecycle") or Node(container.span)).entries, *container.entries]:
        command = hook.get("exec", "command") if key in _ACTIONS else None
        if command is not None:
            _launch(inside, command, [_pod_value(inside, word) for word in words_of_command(command)])


def _script(carrier: Carrier, node: Node, source: Node | None) -> None:
    """Run the code of a workflow's step in the language of its command or its first line."""
    if source is None or not source.text:
        return
    command = words_of_command(node.get("command")) or source.text.partition("\n")[0].removeprefix("#!").split()[-1:]
    program = canonical(command[0].rpartition("/")[2]) if command else "sh"
    carrier.run(source, "step", BY_INTERPRETER.get(program, Language.BASH))


def _pod_value(carrier: Carrier, text: str) -> Value:
    """Give a word of a container with `$(NAME)` filled in from its variables."""
    pieces: list[Value] = []
    end = 0
    for count, found in enumerate(_POD_VARIABLE.finditer(text)):
        if count > _MOST_VARIABLES:
            break
        value = carrier.environment.get(found[2] or "")
        pieces.append(Known(text[end : found.start()]))
        pieces.append(Known("$(") if found[1] else value if value is not None else Known(found[0]))
        end = found.end()
    return concat([*pieces, Known(text[end:])]) if pieces else Known(text)


def _flags(service: Node) -> list[str]:
    flags = ["--privileged"] if service.text_at("privileged") == "true" else []
    for key, option in (("pid", "--pid"), ("network_mode", "--network"), ("userns_mode", "--userns")):
        if service.text_at(key) == "host":
            flags += [option, "host"]
    return flags


def _start(carrier: Carrier, node: Node, flags: list[Value], words: list[Value]) -> None:
    """Start a container as `docker run IMAGE COMMAND…` would."""
    image = node.text_at("image")
    if not image and not words:
        return
    named = _filled(carrier, image) if image else Known("image")
    _launch(carrier, node, [Known("docker"), Known("run"), *flags, named, *words])


def _launch(carrier: Carrier, node: Node, words: list[Value]) -> None:
    if words:
        carrier.evaluation.launch(words, carrier.at(node.span))
