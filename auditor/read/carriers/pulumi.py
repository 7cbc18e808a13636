"""Pulumi programs in YAML: machines rented, and commands that the deployment runs.

The format is https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/. The bridged
providers name their resources as Terraform's do, in other letters (`aws:ec2:Instance`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from auditor.model.place import Place
from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.carriers.carrier import Carrier
from auditor.read.carriers.nodes import Node, walk
from auditor.read.carriers.rentals import KINDS, RENTALS
from auditor.read.carriers.userdata import run_user_data
from auditor.read.launch.made import note_disguise
from auditor.read.values import Known, Value, concat

_TYPE: Final = re.compile(r"([\w-]+):(?:([\w./-]+):)?(\w+)")
_NAMES: Final = {"gcp": "google", "azure": "azurerm", "azure-native": "azurerm", "tencent": "tencentcloud"}
_USER_DATA: Final = (
    "userData", "userDataBase64", "customData", "startupScript", "metadataStartupScript",
)  # fmt: skip
_COUNTS: Final = ("count", "desiredCapacity", "instanceCount", "initialInstanceCount", "targetSize", "nodeCount")
_REGIONS: Final = ("region", "location", "zone", "availabilityZone")
_COMMANDS: Final = ("create", "update", "delete", "command")
_HOLE: Final = re.compile(r"\$\{([^}]{1,200})\}")


def is_program(document: Node) -> bool:
    """Whether a document is a program: its runtime is YAML, and it has variables or resources of types with colons."""
    runtime = document.text_at("runtime") or document.text_at("runtime", "name")
    resources = document.get("resources")
    if runtime != "yaml":
        return False
    types = (resource.text_at("type") for _, resource in (resources.entries[:2_000] if resources is not None else ()))
    return document.get("variables") is not None or any(":" in each for each in types)


def read_program(carrier: Carrier, document: Node) -> None:
    """Note what each resource rents or runs."""
    defaults = _defaults(document)
    resources = document.get("resources")
    _called(carrier, defaults, document)
    for _, resource in resources.entries if resources is not None else ():
        carrier.evaluation.spend()
        properties = resource.get("properties")
        found = _TYPE.fullmatch(resource.text_at("type"))
        if properties is None or found is None:
            continue
        provider, module, name = found[1], (found[2] or "").partition("/")[0], found[3]
        if provider == "command":
            _run(carrier, defaults, properties, elsewhere=module == "remote")
            continue
        _rent(carrier, defaults, properties, _rental(provider, module, name))
        for node in walk(properties):
            for key in _USER_DATA:
                data = node.get(key)
                if data is not None and data.text is not None:
                    context = replace(carrier.at(data.span), environment={})
                    text = _value(carrier, defaults, data)
                    run_user_data(carrier.evaluation, text, context, key, is_script="tartup" in key)


def _rental(provider: str, module: str, name: str) -> tuple[str, str] | None:
    """Give whose machine a type is, and of which service."""
    owner = _NAMES.get(provider, provider)
    bare = _snake(name)
    names = (f"{owner}_{module}_{bare}", f"{owner}_{bare}")
    return next((RENTALS[each] for each in names if each in RENTALS), None)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _rent(carrier: Carrier, defaults: dict[str, str], properties: Node, rental: tuple[str, str] | None) -> None:
    if rental is None:
        return
    kinds = {_camel(kind): rank for rank, kind in enumerate(KINDS)}
    named = [
        (kinds[key], value)
        for node in walk(properties)
        for key, value in node.entries
        if key in kinds and value.text is not None
    ]
    accelerators = [
        value
        for node in walk(properties)
        for key, inner in node.entries
        if key in ("guestAccelerators", "accelerators")
        for each in walk(inner)
        for name, value in each.entries
        if name in ("type", "acceleratorType") and value.text is not None
    ]
    chosen = accelerators[0] if accelerators else min(named, key=lambda pair: pair[0])[1] if named else None
    kind = _value(carrier, defaults, chosen) if chosen is not None else Known("default")
    count = _first(properties, _COUNTS)
    region = _first(properties, _REGIONS)
    words = (
        _value(carrier, defaults, count) if count is not None else Known("1"),
        _value(carrier, defaults, region) if region is not None else Known("default"),
    )
    place = Place(carrier.unit.id, (chosen or properties).span)
    carrier.evaluation.emit("cloud.provision", *rental, kind, *words, place=place)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _first(properties: Node, names: tuple[str, ...]) -> Node | None:
    found = (node.get(name) for node in walk(properties) for name in names)
    return next((node for node in found if node is not None and node.text is not None), None)


def _run(carrier: Carrier, defaults: dict[str, str], properties: Node, *, elsewhere: bool) -> None:
    """Read what `command:local:Command` runs here, and `command:remote:Command` there."""
    interpreter = properties.get("interpreter")
    given = properties.get("environment")
    variables = {name: _value(carrier, defaults, node) for name, node in (given.entries if given is not None else ())}
    for key in _COMMANDS:
        code = properties.get(key)
        if code is None:
            continue
        context = carrier.inside(variables).at(code.span)
        stdin = properties.get("stdin")
        context = replace(context, stdin=_value(carrier, defaults, stdin)) if stdin is not None else context
        context = replace(context, environment=variables) if elsewhere else context
        text = _value(carrier, defaults, code)
        if interpreter is not None and interpreter.items:
            words = [_value(carrier, defaults, word) for word in interpreter.items]
            carrier.evaluation.launch([*words, text], context)
            continue
        note_disguise(carrier.evaluation, Language.BASH, text, context)
        carrier.evaluation.run_code(Language.BASH, text, context, made_by=f"command {key}")


def _called(carrier: Carrier, defaults: dict[str, str], document: Node) -> None:
    """Read the commands that a program's functions run: `fn::invoke` of `command:local:run`, and its short form."""
    for node in walk(document):
        for key, value in node.entries:
            name = value.text_at("function") if key == "fn::invoke" else key.removeprefix("fn::")
            if key.startswith("fn::") and name in ("command:local:run", "command:local:runOutput"):
                given = value.get("arguments") if key == "fn::invoke" else value
                if given is not None:
                    _run(carrier, defaults, given, elsewhere=False)


def _defaults(document: Node) -> dict[str, str]:
    """Give the values that the program's own configuration and variables have."""
    found: dict[str, str] = {}
    for section in ("config", "configuration", "variables"):
        entries = document.get(section)
        for name, node in entries.entries if entries is not None else ():
            value = node.text if node.text is not None else node.text_at("default") or node.text_at("value")
            if value:
                found[name] = value
    return found


def _value(carrier: Carrier, defaults: dict[str, str], node: Node) -> Value:
    """Give a text with what stands for its `${…}`, or what a function makes of texts."""
    pieces: list[Value] = []
    joined = node.get("fn::join")
    if joined is not None and len(joined.items) == 2:
        between = _value(carrier, defaults, joined.items[0])
        for item in joined.items[1].items:
            pieces += [*([between] if pieces else []), _value(carrier, defaults, item)]
        return concat(pieces)
    if node.text is None:
        return carrier.evaluation.fresh(Source.ARGUMENT, "fn")
    end = 0
    text = node.lines if node.is_block else node.text or ""
    for found in _HOLE.finditer(text):
        pieces.append(Known(text[end : found.start()]))
        known = defaults.get(found[1])
        pieces.append(Known(known) if known is not None else carrier.evaluation.fresh(Source.ARGUMENT, found[1][:80]))
        end = found.end()
    return concat([*pieces, Known(text[end:])]) if pieces else Known(text)
