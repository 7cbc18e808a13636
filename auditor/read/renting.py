"""Requests that rent machines: which addresses of providers do so, and what their JSON asks for.

Takes a method, an address and a body as text; gives the words of `cloud.provision`. Shared by the
downloaders of the shell and the HTTP clients of Python and JavaScript. Refuses what only lists or ends machines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

_POST: Final = frozenset({"POST"})
_PUT: Final = frozenset({"PUT"})
_EITHER: Final = frozenset({"POST", "PUT"})
_DEEPEST: Final = 6
_ADDRESS: Final = re.compile(r"(https?):/+(?:[^/?#@]*@)?([^/?#:]+)(?::\d*)?([^?#]*)", re.IGNORECASE)
_SLASHES: Final = re.compile(r"/(?:\.?/)+")

# Accelerators first: the machine that they are put into says nothing of them.
ACCELERATORS: Final = (
    "guest_accelerators guestAccelerators accelerator_type acceleratorType AcceleratorType accelerators "
    "gpuTypeId gpuTypeIds gpu_type_id gpu_type gpu_name gpu_model"
).split()
TYPES: Final = (
    "instance_type_name instance_type instanceType InstanceType machineType machine_type vmSize vm_size flavor_name "
    "flavor commercial_type shade_instance_type server_type plan type size templateName"
).split()
COUNTS: Final = "quantity count instance_count num_instances gpuCount gpu_count num_gpus".split()
REGIONS: Final = "region_name region location zone location_code data_center_id".split()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that rents machines, the methods that do, and whose service it is."""

    pattern: re.Pattern[str]
    methods: frozenset[str]
    provider: str
    service: str


def _at(address: str, provider: str, service: str, methods: frozenset[str] = _POST) -> Endpoint:
    return Endpoint(re.compile(r"^https?://" + address), methods, provider, service)


# Sources: the providers' own references of their interfaces.
ENDPOINTS: Final = (
    _at(r"rest\.runpod\.io/v1/(?:pods|endpoints)/?$", "runpod", "pod"),
    _at(r"console\.vast\.ai/api/v0/asks/", "vast", "instance", _PUT),
    _at(r"cloud\.lambda(?:labs)?\.(?:ai|com)/api/v1/instance-operations/launch", "lambda", "instance"),
    _at(r"api\.shadeform\.ai/v1/instances/create", "shadeform", "instance"),
    _at(r"api\.primeintellect\.ai/api/v1/pods", "primeintellect", "pod"),
    _at(r"api\.(?:verda|datacrunch)\.(?:com|io)/v1/instances/?$", "verda", "instance"),
    _at(
        r"(?:dashboard|marketplace)\.tensordock\.com/api/v\d/(?:instances|client/deploy/single)",
        "tensordock",
        "instance",
    ),
    _at(r"api\.paperspace\.(?:io|com)/(?:v1/)?machines(?:/createSingle\w*Machine)?/?$", "paperspace", "machine"),
    _at(r"infrahub-api\.nexgencloud\.com/v1/core/virtual-machines/?$", "hyperstack", "machine"),
    _at(r"(?:api|platform)\.fluidstack\.io/(?:v\d/)?(?:instances|servers)/?$", "fluidstack", "instance"),
    _at(r"api\.crusoecloud\.com/\w+/projects/[^/]+/compute/vms/instances/?$", "crusoe", "instance"),
    _at(r"api\.digitalocean\.com/v2/droplets/?$", "digitalocean", "droplet"),
    _at(r"api\.hetzner\.cloud/v1/servers/?$", "hetzner", "server"),
    _at(r"api\.vultr\.com/v2/(?:instances|bare-metals)/?$", "vultr", "instance"),
    _at(r"api\.linode\.com/v4/linode/instances/?$", "linode", "instance"),
    _at(r"api\.scaleway\.com/instance/v1/zones/[^/]+/servers/?$", "scaleway", "server"),
    _at(r"compute\.googleapis\.com/compute/(?:v1|beta)/projects/[^/]+/zones/[^/]+/instances/?$", "gcp", "compute"),
    _at(r"tpu\.googleapis\.com/v\d\w*/projects/[^/]+/locations/[^/]+/nodes", "gcp", "tpu"),
    _at(
        r"management\.azure\.com/subscriptions/.+/providers/Microsoft\.Compute/virtualMachine(?:s|ScaleSets)/[^/?]+(?:\?|$)",
        "azure",
        "compute",
        _EITHER,
    ),
)


_RUNPOD_GRAPHQL: Final = re.compile(r"^https?://api\.runpod\.io/graphql")
_RUNPOD_MUTATION: Final = re.compile(
    r"podFindAndDeployOnDemand|podRentInterruptable|saveEndpoint|deployCpuPod|podResume"
)
_RUNPOD_TYPE: Final = re.compile(r"gpuTypeId:\s*\\?\"([^\"\\]+)")
_RUNPOD_COUNT: Final = re.compile(r"gpuCount:\s*(\d+)")


def endpoint_of(method: str, address: str) -> Endpoint | None:
    """Give the endpoint that a request is made to, if it is one that rents."""
    plain, verb = _plain(address), method.upper()
    return next((each for each in ENDPOINTS if verb in each.methods and each.pattern.search(plain)), None)


def _plain(address: str) -> str:
    """Give an address in the one spelling that is compared: servers take the others for the same."""
    found = _ADDRESS.match(address)
    if found is None:
        return address
    path = _SLASHES.sub("/", unquote(found[3]))
    return f"{found[1].lower()}://{found[2].lower().rstrip('.')}{path}"


def rented(method: str, address: str, body: str | None) -> tuple[str, ...] | None:
    """Give provider, service, type, count and region of what a request rents; None where it rents nothing."""
    endpoint = endpoint_of(method, address)
    if endpoint is None:
        return _runpod(address, body or "")
    try:
        asked = json.loads(body) if body else None
    except (ValueError, RecursionError):
        asked = None
    kind = _find(asked, ACCELERATORS) or _find(asked, TYPES)
    return (endpoint.provider, endpoint.service, kind, _find(asked, COUNTS) or "1", _find(asked, REGIONS))


def _runpod(address: str, body: str) -> tuple[str, ...] | None:
    """Read the one provider that is asked in GraphQL."""
    if not _RUNPOD_GRAPHQL.search(_plain(address)) or not _RUNPOD_MUTATION.search(body):
        return None
    kind, count = _RUNPOD_TYPE.search(body), _RUNPOD_COUNT.search(body)
    return ("runpod", "pod", kind[1] if kind else "", count[1] if count else "1", "")


def _find(value: object, names: Sequence[str], depth: int = 0) -> str:
    """Look for the first of some names that has a word, wherever in the JSON it stands."""
    if depth > _DEEPEST:
        return ""
    if isinstance(value, list):
        return next((found for item in value[:16] if (found := _find(item, names, depth + 1))), "")
    if not isinstance(value, dict):
        return ""
    for name in names:
        item = value.get(name)
        item = item[0] if isinstance(item, list) and item else item
        if isinstance(item, str | int) and not isinstance(item, bool):
            return str(item)
    return next((found for item in value.values() if (found := _find(item, names, depth + 1))), "")
