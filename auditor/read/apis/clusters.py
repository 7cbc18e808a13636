"""Work given to clusters through their clients: Ray's jobs, and objects of Kubernetes.

What is given is read as the command line would have it (`ray job submit -- …`, `kubectl apply -f -`): a job's
entry point is shell of the cluster, an object starts the containers that it names.
Sources: the documentation of `ray.job_submission`, `kubernetes.client` and `kubernetes.utils`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from auditor.model.gap import Why
from auditor.model.unit import Language
from auditor.read.bounds import within
from auditor.read.launch.surroundings import for_code
from auditor.read.python.call import Call
from auditor.read.python.native import Lowering, Many, Unfit
from auditor.read.python.objects import DictObj, External, ListObj, PyValue, Rest, TupleObj
from auditor.read.values import Known, Value, known_text

Handler = Callable[[Call], PyValue]
_DEEPEST = 12
_MOST_ITEMS = 200
T = TypeVar("T")
_MODEL = re.compile(r"(?:^|\.)V\d(?:alpha\d|beta\d)?([A-Z]\w*)\(\)$")
_VERSIONS = {"Job": "batch/v1", "CronJob": "batch/v1", "Pod": "v1"}


def _submit(call: Call) -> PyValue:
    """`JobSubmissionClient(address).submit_job(entrypoint=…)`: as `ray job submit` says it."""
    entry = call.get(None, "entrypoint")
    client = call.receiver
    address = client.kwargs.get("address") or (client.args[0] if client.args else None)
    words: list[PyValue] = [Known("ray"), Known("job"), Known("submit")]
    if address is not None:
        words += [Known("--address"), address]
    for name in ("entrypoint_num_gpus", "entrypoint_num_cpus"):
        given = call.get(None, name)
        if given is not None:
            words += [Known("--" + name.replace("_", "-")), given]
    call.launch([*words, Known("--"), Known("bash"), Known("-c"), entry] if entry is not None else words)
    return call.result()


def _created(kind: str, position: int) -> Handler:
    """Handle `create_namespaced_…(namespace, body)`: the object, read as a manifest."""

    def handler(call: Call) -> PyValue:
        _apply(call, call.get(position, "body"), kind)
        return call.result()

    return handler


def _applied(call: Call) -> PyValue:
    """`utils.create_from_dict(client, data)`."""
    _apply(call, call.get(1, "data"), "")
    return call.result()


def _apply(call: Call, body: PyValue | None, kind: str) -> None:
    shown = _plain(call, body, 0) if body is not None else None
    if not isinstance(shown, dict):
        call.launch([Known("kubectl"), Known("apply"), Known("-f"), call.machine.word(body or call.arg(-1))])
        return
    if kind:
        shown = {"kind": kind, "apiVersion": _VERSIONS.get(kind, "apps/v1"), **shown}
    lowering = Lowering(allows_holes=True)
    text = lowering.lift(json.dumps(shown), call.machine.limits)
    context = for_code(call.machine.child(call.node), elsewhere=True)
    manifest: Value = call.machine.settle(call.machine.scalar(text))
    call.machine.evaluation.run_code(Language.MANIFEST, manifest, context, made_by="kubectl apply", argv=())


def _within(call: Call, items: Sequence[T]) -> Sequence[T]:
    return within(call.machine.evaluation, items, _MOST_ITEMS, "parts of a cluster's object")


def _plain(call: Call, value: PyValue, depth: int) -> object:
    """Give an object as JSON has it: models by their arguments, keys in camel case."""
    if depth > _DEEPEST:
        call.machine.evaluation.gap(Why.TOO_DEEP, "parts of a cluster's object", call.machine.place(call.node))
        return None
    if isinstance(value, DictObj):
        return {str(key): _plain(call, item, depth + 1) for key, item in _within(call, list(value.entries.items()))}
    if isinstance(value, ListObj | TupleObj):
        items = [item.value if isinstance(item, Rest) else item for item in _within(call, value.items)]
        return [_plain(call, item, depth + 1) for item in items]
    if isinstance(value, External):
        if not _MODEL.search(value.path):
            return None
        given = {**value.kwargs, **value.state}
        return {_camel(name): _plain(call, item, depth + 1) for name, item in given.items() if isinstance(name, str)}
    scalar = call.machine.scalar(value)
    if isinstance(scalar, Known) and isinstance(scalar.value, bool | int):
        return scalar.value
    text = known_text(scalar)
    if text is not None:
        return text
    try:
        return str(Lowering(allows_holes=True).lower(scalar))
    except (Unfit, Many):
        return "unknown"


def _camel(name: str) -> str:
    head, *rest = name.strip("_").split("_")
    pieces = [{"pid": "PID", "ipc": "IPC", "api": "API"}.get(each, each.capitalize()) for each in rest]
    return head + "".join(pieces)


_CLIENTS = ("ray.job_submission.JobSubmissionClient()", "ray.dashboard.modules.job.sdk.JobSubmissionClient()")
_OBJECTS = {
    "CoreV1Api": ("Pod",),
    "BatchV1Api": ("Job", "CronJob"),
    "AppsV1Api": ("Deployment", "DaemonSet", "StatefulSet", "ReplicaSet"),
}


def _snake(kind: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()


CALLS: dict[str, Handler] = {
    **{f"{client}.submit_job": _submit for client in _CLIENTS},
    **{
        f"{package}.{api}().{verb}_namespaced_{_snake(kind)}": _created(kind, position)
        for package in ("kubernetes.client", "kubernetes_asyncio.client")
        for api, kinds in _OBJECTS.items()
        for kind in kinds
        for verb, position in (("create", 1), ("patch", 2), ("replace", 2))
    },
    "kubernetes.client.CustomObjectsApi().create_namespaced_custom_object": _created("", 4),
    "kubernetes.client.CustomObjectsApi().create_cluster_custom_object": _created("", 3),
    "kubernetes.utils.create_from_dict": _applied,
}
