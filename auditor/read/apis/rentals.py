"""What a call or a request rents: type, count and region, found wherever the provider's interface puts them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from auditor.model.word import Source
from auditor.read.python.call import Call
from auditor.read.python.native import Lowering, Many, Unfit
from auditor.read.python.objects import DictObj, External, ListObj, PyValue, Rest, TupleObj, keyed
from auditor.read.renting import ACCELERATORS, endpoint_of, rented
from auditor.read.values import EMPTY, Known, Value, alternatives, as_text, known_text, unknown

_TYPES = """InstanceType instance_type InstanceTypes instance_types machineType machine_type vm_size size gpu_type_id
    gpuTypeId gpu_name gpuTypeIds instance_type_name accelerators accelerator_type ResourceConfig LaunchSpecification
    hardware_profile SpotPriceOverrides body instance_resource parameters request resources LaunchTemplateConfigs
    commercial_type vmSize hardwareProfile instanceType shade_instance_type templateName flavor flavor_name
    server_type plan""".split()


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
    kind = setting(call, ACCELERATORS)
    kind = setting(call, _TYPES) if kind is None else kind
    is_open = kind is None and (call.rest is not None or any(isinstance(arg, External) for arg in call.args))
    type_word: PyValue = unknown(Source.UNKNOWN) if is_open else shown(call, kind)
    count = shown(call, setting(call, _COUNTS), rental.count)
    call.emit("cloud.provision", rental.provider, rental.service, type_word, count, shown(call, region(call)))
    return call.result()


def note_endpoint(call: Call, method: str, url: Value, body: PyValue | None) -> None:
    """Record machines rented by a request to a provider's API."""
    for single in alternatives(url):
        text = str(_native(single))
        endpoint = endpoint_of(method, text)
        if endpoint is not None:
            _emit_rented(call, Rental(endpoint.provider, endpoint.service), _parsed(call, body))
        elif (asked := rented(method, text, _flat(call, body))) is not None:
            call.emit("cloud.provision", *asked)


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


def _emit_rented(call: Call, rental: Rental, body: PyValue | None) -> None:
    kind = find(body, ACCELERATORS)
    kind = find(body, _TYPES) if kind is None else kind
    count, region = shown(call, find(body, _COUNTS), rental.count), shown(call, find(body, _REGIONS))
    call.emit("cloud.provision", rental.provider, rental.service, shown(call, kind), count, region)
