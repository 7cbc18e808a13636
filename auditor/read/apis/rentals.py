"""What a call or a request rents: type, count and region, found wherever the provider's interface puts them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from auditor.model.word import Source
from auditor.read.python.call import Call
from auditor.read.python.native import Lowering, Many, Unfit
from auditor.read.python.objects import DictObj, External, ListObj, PyValue, Rest, TupleObj, keyed
from auditor.read.values import EMPTY, Known, Value, alternatives, as_text, known_text, unknown

_TYPES = """InstanceType instance_type InstanceTypes instance_types machineType machine_type vm_size size gpu_type_id
    gpuTypeId gpu_name gpuTypeIds instance_type_name accelerators accelerator_type ResourceConfig LaunchSpecification
    hardware_profile SpotPriceOverrides body instance_resource parameters request resources LaunchTemplateConfigs
    AcceleratorType gpu_type flavor server_type plan""".split()


_COUNTS = """MaxCount max_count amount Amount InstanceCount instance_count gpu_count gpuCount num_gpus quantity count
    DesiredCapacity num_instances TargetCapacity""".split()


_REGIONS = "region_name region Region location zone region_id RegionId data_center_id".split()


@dataclass(frozen=True, slots=True)
class Rental:
    """A call that rents: whose, which service, and what a call without a count means."""

    provider: str
    service: str
    count: str = "1"


def find(value: PyValue | None, names: list[str], depth: int = 0) -> PyValue | None:
    """Find a named setting in a value, looking into dicts, requests and models."""
    if depth > 5 or value is None:
        return None
    entries: dict[str, PyValue] = {}
    if isinstance(value, DictObj):
        entries = {str(key): item for key, item in value.entries.items()}
    elif isinstance(value, External):
        entries = {**value.kwargs, **value.state}
    elif isinstance(value, ListObj | TupleObj) and value.items:
        first = value.items[0]
        return find(first.value if isinstance(first, Rest) else first, names, depth + 1)
    for name in names:
        if name in entries:
            found = entries[name]
            inner = find(found, names, depth + 1) if isinstance(found, DictObj | External | ListObj) else None
            if inner is not None or not isinstance(found, DictObj | External):
                return inner if inner is not None else found
    for item in entries.values():
        if isinstance(item, DictObj | External | ListObj):
            inner = find(item, names, depth + 1)
            if inner is not None:
                return inner
    return None


def setting(call: Call, names: list[str]) -> PyValue | None:
    """Give a named setting of a call, wherever in its arguments it stands."""
    given = DictObj(keyed(call.kwargs))
    found = find(given, names)
    for argument in call.args:
        found = found if found is not None else find(argument, names)
    return found


def region(call: Call) -> PyValue:
    """Give the region of a call, or of the client that makes it."""
    found = setting(call, _REGIONS)
    here: External | None = call.callee
    while found is None and here is not None:
        found = next((here.kwargs[name] for name in _REGIONS if name in here.kwargs), None)
        here = here.parent
    return EMPTY if found is None else found


def shown(call: Call, value: PyValue | None, default: str = "") -> Value:
    """Give a setting as one word; lists by their first item, dicts by their first key."""
    if value is None:
        return Known(default)
    if isinstance(value, ListObj | TupleObj):
        return shown(call, value.items[0], default) if value.items else Known(default)
    if isinstance(value, DictObj):
        keys = [str(key) for key in value.entries]
        return Known(keys[0]) if keys else Known(default)
    return as_text(call.machine.word(value))


def provision(call: Call, rental: Rental) -> PyValue:
    """Record machines rented."""
    kind = setting(call, _TYPES)
    is_open = kind is None and (call.rest is not None or any(isinstance(arg, External) for arg in call.args))
    type_word: PyValue = unknown(Source.UNKNOWN) if is_open else shown(call, kind)
    count = shown(call, setting(call, _COUNTS), rental.count)
    call.emit("cloud.provision", rental.provider, rental.service, type_word, count, shown(call, region(call)))
    return call.result()


_ENDPOINTS: tuple[tuple[re.Pattern[str], frozenset[str], Rental], ...] = (
    (re.compile(r"^https?://rest\.runpod\.io/v1/(?:pods|endpoints)$"), frozenset({"POST"}), Rental("runpod", "pod")),
    (re.compile(r"^https?://console\.vast\.ai/api/v0/asks/"), frozenset({"PUT"}), Rental("vast", "instance")),
    (
        re.compile(r"^https?://cloud\.lambda(?:labs)?\.(?:ai|com)/api/v1/instance-operations/launch"),
        frozenset({"POST"}),
        Rental("lambda", "instance"),
    ),
    (
        re.compile(r"^https?://api\.shadeform\.ai/v1/instances/create"),
        frozenset({"POST"}),
        Rental("shadeform", "instance"),
    ),
    (
        re.compile(r"^https?://api\.primeintellect\.ai/api/v1/pods"),
        frozenset({"POST"}),
        Rental("primeintellect", "pod"),
    ),
    (
        re.compile(r"^https?://api\.(?:verda|datacrunch)\.(?:com|io)/v1/instances"),
        frozenset({"POST"}),
        Rental("verda", "instance"),
    ),
    (
        re.compile(r"^https?://dashboard\.tensordock\.com/api/v2/instances"),
        frozenset({"POST"}),
        Rental("tensordock", "instance"),
    ),
    (
        re.compile(r"^https?://api\.digitalocean\.com/v2/droplets$"),
        frozenset({"POST"}),
        Rental("digitalocean", "droplet"),
    ),
    (re.compile(r"^https?://api\.hetzner\.cloud/v1/servers$"), frozenset({"POST"}), Rental("hetzner", "server")),
    (
        re.compile(r"^https?://compute\.googleapis\.com/compute/v1/projects/[^/]+/zones/[^/]+/instances$"),
        frozenset({"POST"}),
        Rental("gcp", "compute"),
    ),
)


_RUNPOD_GRAPHQL = re.compile(r"^https?://api\.runpod\.io/graphql")


_RUNPOD_MUTATION = re.compile(r"podFindAndDeployOnDemand|podRentInterruptable|saveEndpoint|deployCpuPod|podResume")


def note_endpoint(call: Call, method: str, url: Value, body: PyValue | None) -> None:
    """Record machines rented by a request to a provider's API."""
    for single in alternatives(url):
        text = str(_native(single))
        for pattern, methods, rental in _ENDPOINTS:
            if method in methods and pattern.search(text):
                _emit_rented(call, rental, _parsed(call, body))
        if _RUNPOD_GRAPHQL.search(text) and _RUNPOD_MUTATION.search(_flat(call, body)):
            _emit_rented(call, Rental("runpod", "pod"), _parsed(call, body), _flat(call, body))


def _native(value: Value) -> object:
    try:
        return Lowering(allows_holes=True).lower(value)
    except (Unfit, Many):
        return ""


def _flat(call: Call, body: PyValue | None) -> str:
    return known_text(call.machine.text_of(body, call.node)) or "" if body is not None else ""


def _parsed(call: Call, body: PyValue | None) -> PyValue | None:
    """Give a request's body as a mapping: JSON text is read."""
    if body is None or isinstance(body, DictObj | External):
        return body
    text = known_text(call.machine.scalar(body))
    try:
        native = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return Lowering().lift(native, call.machine.limits)


def _emit_rented(call: Call, rental: Rental, body: PyValue | None, text: str = "") -> None:
    kind, count, region = find(body, _TYPES), find(body, _COUNTS), find(body, _REGIONS)
    match = re.search(r"gpuTypeId:\s*\\?\"([^\"\\]+)", text)
    number = re.search(r"gpuCount:\s*(\d+)", text)
    type_word: Value = Known(match[1]) if match else shown(call, kind)
    count_word: Value = Known(number[1]) if number else shown(call, count, rental.count)
    call.emit("cloud.provision", rental.provider, rental.service, type_word, count_word, shown(call, region))
