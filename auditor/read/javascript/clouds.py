"""Machines rented through the SDKs of clouds: AWS (both versions), Google, Azure, RunPod, and their HTTP interfaces.

Sources: the SDKs' references (@aws-sdk/client-ec2, @google-cloud/compute, @azure/arm-compute).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from auditor.model.word import Source
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import Array, External, JsValue, Record
from auditor.read.javascript.source import Node
from auditor.read.renting import ACCELERATORS, TYPES, endpoint_of
from auditor.read.values import Known, Value, known_text, unknown

Model = Callable[[Machine, External, Sequence[JsValue], Node], JsValue]
_TYPES = (*ACCELERATORS, "InstanceType", "gpu_type_ids", *TYPES)
_COUNTS = "MaxCount InstanceCount count gpuCount gpu_count capacity".split()
_REGIONS = "region Region location zone".split()
_MOST_DEPTH = 6
_TAIL = re.compile(r"[^/]+$")
_ACCELERATED = ("acceleratorType", "accelerator_type", "type")


def _find(value: JsValue | None, names: Sequence[str], depth: int = 0) -> JsValue | None:
    """Find a named setting anywhere in an object."""
    if depth > _MOST_DEPTH:
        return None
    if isinstance(value, Array):
        return next((found for item in value.items[:50] if (found := _find(item, names, depth + 1)) is not None), None)
    if isinstance(value, External):
        return _find(Record(dict(value.state)), names, depth + 1) or next(
            (found for arg in value.args if (found := _find(arg, names, depth + 1)) is not None), None
        )
    if not isinstance(value, Record):
        return None
    for name in names:
        found = value.entries.get(name)
        if isinstance(found, Array) and any(isinstance(item, Record) for item in found.items[:50]):
            inner = _find(found, (*_ACCELERATED, *names), depth + 1)
            if inner is not None:
                return inner
        elif found is not None and not isinstance(found, Record):
            return found.items[0] if isinstance(found, Array) and found.items else found
    below = (_find(item, names, depth + 1) for item in value.entries.values())
    return next((found for found in below if found is not None), None)


def _first(machine: Machine, given: Sequence[JsValue], names: Sequence[str], otherwise: Value) -> Value:
    found = next((each for value in given if (each := _find(value, names)) is not None), None)
    return machine.text(found) if found is not None else otherwise


def _rents(provider: str, service: str) -> Model:
    def model(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
        rented(machine, (provider, service), args, node, function)
        return External(f"{provider}()", function)

    return model


def rented(
    machine: Machine, what: tuple[str, str], args: Sequence[JsValue], node: Node, function: External | None = None
) -> None:
    """Record machines that a call or a request with these arguments rents."""
    around: list[JsValue] = list(args)
    here = function
    while here is not None:
        around += [here, *here.args]
        here = here.parent
    kind = _first(machine, args, _TYPES, unknown(Source.UNKNOWN))
    text = known_text(kind)
    found = _TAIL.search(text) if text else None
    count = _first(machine, args, _COUNTS, Known("1"))
    region = _first(machine, around, _REGIONS, Known("default"))
    machine.emit(node, "cloud.provision", *what, Known(found[0]) if found else kind, count, region)


def _sent(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`client.send(new RunInstancesCommand(input))`."""
    command = args[0] if args else None
    if isinstance(command, External) and command.path in _COMMANDS:
        rented(machine, ("aws", _COMMANDS[command.path]), command.args, node, function)
    return External("aws()", function)


def _command(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    return External(function.path.removeprefix("new "), function, tuple(args))


_COMMANDS = {
    f"@aws-sdk/client-{client}.{name}Command": service
    for client, service, names in (
        ("ec2", "ec2", "RunInstances RequestSpotInstances CreateFleet RequestSpotFleet"),
        ("sagemaker", "sagemaker", "CreateTrainingJob CreateNotebookInstance CreateEndpointConfig"),
        ("batch", "batch", "SubmitJob CreateComputeEnvironment"),
        ("eks", "eks", "CreateNodegroup"),
    )
    for name in names.split()
}
_GCP = "@google-cloud/compute"
_AZURE = "@azure/arm-compute.ComputeManagementClient()"
_CALLS: dict[str, tuple[str, str]] = {
    "aws-sdk.EC2().runInstances": ("aws", "ec2"),
    "aws-sdk.EC2().requestSpotInstances": ("aws", "ec2"),
    "@aws-sdk/client-ec2.EC2().runInstances": ("aws", "ec2"),
    **{f"{_GCP}{version}.InstancesClient().insert": ("gcp", "compute") for version in ("", ".v1", ".default")},
    **{f"{_GCP}{version}.InstancesClient().bulkInsert": ("gcp", "compute") for version in ("", ".v1")},
    **{f"{_GCP}().zone().createVM": ("gcp", "compute") for _ in (0,)},
    **{
        f"{_AZURE}.virtualMachines.{name}": ("azure", "compute")
        for name in ("beginCreateOrUpdate", "beginCreateOrUpdateAndWait", "createOrUpdate")
    },
    f"{_AZURE}.virtualMachineScaleSets.beginCreateOrUpdateAndWait": ("azure", "compute"),
    f"{_AZURE}.virtualMachineScaleSets.beginCreateOrUpdate": ("azure", "compute"),
    "runpod-sdk().createPod": ("runpod", "pod"),
    "runpod.createPod": ("runpod", "pod"),
    "runpod().createPod": ("runpod", "pod"),
}


def note_endpoint(machine: Machine, method: str, url: Value, body: JsValue | None, node: Node) -> None:
    """Record machines rented by a request to a provider's interface."""
    from auditor.read.javascript.sinks import model_of

    text = known_text(url) or ""
    endpoint = endpoint_of(method, text)
    if endpoint is not None:
        parse = model_of("JSON.parse")
        shown = parse(machine, External("JSON.parse"), [body], node) if parse and body is not None else None
        given = [value for value in (body, shown) if value is not None]
        rented(machine, (endpoint.provider, endpoint.service), given, node)


MODELS: dict[str, Model] = {
    **{path: _rents(*what) for path, what in _CALLS.items()},
    **{f"new {path}": _command for path in _COMMANDS},
    **{f"@aws-sdk/client-{name}.{name.upper()}Client().send": _sent for name in ("ec2", "eks")},
    "@aws-sdk/client-sagemaker.SageMakerClient().send": _sent,
    "@aws-sdk/client-batch.BatchClient().send": _sent,
}
