"""SkyPilot tasks: the machines asked for, and what is run on them.

The format is https://docs.skypilot.co/en/latest/reference/yaml-spec.html.
"""

from __future__ import annotations

from auditor.model.place import Place
from auditor.read.carriers.carrier import Carrier
from auditor.read.carriers.nodes import Node

_MOST_DIGITS = 5
_KEYS = frozenset(
    "name workdir num_nodes resources envs secrets file_mounts setup run config experimental inputs outputs service "
    "storage volumes estimated event_callback".split()
)


def is_task(document: Node) -> bool:
    """Whether a document is a task: it runs something, and says on what or after which setup."""
    keys = {key for key, _ in document.entries}
    return "run" in keys and bool(keys & {"resources", "setup", "num_nodes", "file_mounts"}) and keys <= _KEYS


def read_task(carrier: Carrier, document: Node) -> None:
    """Note the machines that a task rents, and read what it runs there."""
    resources = document.get("resources")
    choices = [resources] if resources is not None else []
    for key in ("any_of", "ordered"):
        more = resources.get(key) if resources is not None else None
        choices += more.items if more is not None else []
    rented = sum(_rent(carrier, choice, document) for choice in choices)
    if not rented:
        place = Place(carrier.unit.id, (resources or document).span)
        cloud = _provider(resources) if resources is not None else "any"
        count = _nodes(document)
        carrier.evaluation.emit("cloud.provision", "skypilot", cloud, "default", str(count), "default", place=place)
    inside = carrier.inside({**carrier.variables(document.get("envs")), **carrier.variables(document.get("secrets"))})
    for key in ("setup", "run"):
        code = document.get(key)
        if code is not None:
            inside.run(code, key)


def _rent(carrier: Carrier, resources: Node, document: Node) -> int:
    accelerators = resources.get("accelerators")
    kinds: list[str] = []
    if accelerators is not None:
        kinds = [accelerators.text] if accelerators.text else []
        kinds += accelerators.words() + [f"{name}:{count.text or 1}" for name, count in accelerators.entries]
    node = accelerators
    if not kinds and (kind := resources.get("instance_type")) is not None and kind.text:
        kinds, node = [kind.text], kind
    for text in kinds:
        kind_name, _, count = text.strip("{} ").partition(":")
        each = int(count) if count.strip().isdigit() and len(count) <= _MOST_DIGITS else 1
        place = Place(carrier.unit.id, (node or resources).span)
        region = resources.text_at("region") or resources.text_at("zone") or "default"
        carrier.evaluation.emit(
            "cloud.provision", "skypilot", _provider(resources), kind_name, str(each * _nodes(document)), region,
            place=place,
        )  # fmt: skip
    return len(kinds)


def _provider(resources: Node) -> str:
    return resources.text_at("cloud") or resources.text_at("infra").partition("/")[0] or "any"


def _nodes(document: Node) -> int:
    count = document.text_at("num_nodes")
    return int(count) if count.isdigit() and len(count) <= _MOST_DIGITS else 1
