"""Cloud requests, told from their host, path and body: which of them would rent machines.

API shapes: EC2 query API (RunInstances), Compute Engine (instances.insert), Azure Resource Manager
(virtualMachines), RunPod GraphQL, Lambda Cloud and Vast.ai REST, each as its public reference says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from auditor.trial.sinkhole.events import SinkEvent


def provisions(event: SinkEvent) -> Iterator[tuple[str, ...]]:
    """Give the `cloud.provision` that an HTTP event amounts to, if it does."""
    url = urlsplit(event.get("url"))
    body, method = event.get("body"), event.get("method")
    host = url.hostname or event.host
    form = parse_qs(body if "Action=" in body else url.query)
    if first(form, "Action") in {"RunInstances", "RequestSpotInstances", "CreateFleet"}:
        provider = "aliyun" if "aliyun" in host else "aws"
        kind = first(form, "InstanceType") or first(form, "LaunchSpecification.InstanceType")
        region = re.search(r"(?:ec2|ecs)[.-]([a-z]{2}-[a-z]+-?\d?)", host)
        count = first(form, "MaxCount") or first(form, "Amount") or "1"
        yield _provision(provider, "ec2" if provider == "aws" else "ecs", kind, count, region[1] if region else "")
    elif method == "POST" and re.search(r"/compute/v\d/projects/[^/]+/zones/([^/]+)/instances$", url.path):
        zone = url.path.rstrip("/").split("/")[-2]
        yield _provision("gcp", "compute", str(_json(body).get("machineType", "")).rpartition("/")[2], "1", zone)
    elif method == "PUT" and "/virtualMachines/" in url.path:
        size = re.search(r'"vmSize"\s*:\s*"([^"]+)"', body)
        yield _provision("azure", "vm", size[1] if size else "", "1", str(_json(body).get("location", "")))
    elif (
        "runpod" in host
        and method == "POST"
        and re.search(r"pod(?:FindAndDeploy|RentInterruptable)|/pods", body + url.path)
    ):
        gpu = re.search(r'gpuType(?:Id|Ids)?\\*"?\s*:\s*\[?\\*"([^"\\]+)', body)
        number = re.search(r'gpuCount\\*"?\s*:\s*(\d+)', body)
        yield _provision("runpod", "pod", gpu[1] if gpu else "", number[1] if number else "1", "")
    elif "lambda" in host and url.path.endswith("/launch"):
        data = _json(body)
        kind_name, count_value = str(data.get("instance_type_name", "")), str(data.get("quantity", 1))
        yield _provision("lambda", "instance", kind_name, count_value, str(data.get("region_name", "")))
    elif "vast.ai" in host and method == "PUT" and "/asks/" in url.path:
        yield _provision("vast", "instance", url.path.rstrip("/").rpartition("/")[2], "1", "")


def first(form: dict[str, list[str]], name: str) -> str:
    """Give the first value of a form's field, or nothing."""
    return form.get(name, [""])[0]


def _provision(provider: str, service: str, kind: str, count: str, region: str) -> tuple[str, ...]:
    return ("cloud.provision", provider, service, kind or "unknown", count or "1", region or "default")


def _json(body: str) -> dict[str, object]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
