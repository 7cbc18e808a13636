"""CloudFormation templates: machines rented, and what they run when they start.

The resource types are those of https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/.
Intrinsic functions are filled in as far as parameters have defaults.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from auditor.model.place import Place
from auditor.model.word import Source
from auditor.read.carriers.carrier import Carrier
from auditor.read.carriers.nodes import Node, walk
from auditor.read.carriers.userdata import run_user_data
from auditor.read.values import EMPTY, Known, Value, concat, known_text

_FLEET, _BATCH = "SpotFleetRequestConfigData", "ComputeResources"
_KINDS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "AWS::EC2::Instance": ("ec2", ("InstanceType",), ()),
    "AWS::EC2::LaunchTemplate": ("ec2", ("LaunchTemplateData", "InstanceType"), ()),
    "AWS::EC2::SpotFleet": ("ec2", (_FLEET, "LaunchSpecifications"), (_FLEET, "TargetCapacity")),
    "AWS::EC2::EC2Fleet": ("ec2", ("LaunchTemplateConfigs",), ("TargetCapacitySpecification", "TotalTargetCapacity")),
    "AWS::AutoScaling::LaunchConfiguration": ("autoscaling", ("InstanceType",), ()),
    "AWS::AutoScaling::AutoScalingGroup": ("autoscaling", ("MixedInstancesPolicy",), ("MaxSize",)),
    "AWS::SageMaker::NotebookInstance": ("sagemaker", ("InstanceType",), ()),
    "AWS::SageMaker::EndpointConfig": ("sagemaker", ("ProductionVariants",), ()),
    "AWS::SageMaker::Cluster": ("sagemaker", ("InstanceGroups",), ()),
    "AWS::Batch::ComputeEnvironment": ("batch", (_BATCH, "InstanceTypes"), (_BATCH, "MaxvCpus")),
    "AWS::EKS::Nodegroup": ("eks", ("InstanceTypes",), ("ScalingConfig", "MaxSize")),
    "AWS::EMR::Cluster": ("emr", ("Instances",), ()),
    "AWS::Lightsail::Instance": ("lightsail", ("BundleId",), ()),
    "AWS::Cloud9::EnvironmentEC2": ("cloud9", ("InstanceType",), ()),
    "AWS::GameLift::Fleet": ("gamelift", ("EC2InstanceType",), ()),
    "AWS::WorkSpaces::Workspace": ("workspaces", ("BundleId",), ()),
}  # fmt: skip
"""For each type of resource: the service, where the kind of machine stands, and where the count does."""
_NAMED = ("InstanceType", "InstanceTypes", "instanceType")
_COUNTED = ("InitialInstanceCount", "InstanceCount", "DesiredCapacity", "Count")
_SUBSTITUTED = re.compile(r"\$\{(!?)([\w:.]{1,200})\}")
_MOST_DEPTH = 20


def is_template(document: Node) -> bool:
    """Whether a document is a template: resources whose types are Amazon's."""
    resources = document.get("Resources")
    if resources is None:
        return False
    return any("::" in resource.text_at("Type") for _, resource in resources.entries[:2_000])


def read_template(carrier: Carrier, document: Node) -> None:
    """Note what each resource of a template rents, and read its user data."""
    values = _Values(carrier, document)
    resources = document.get("Resources")
    for _, resource in resources.entries if resources is not None else ():
        carrier.evaluation.spend()
        properties = resource.get("Properties")
        if properties is None:
            continue
        kind = _KINDS.get(resource.text_at("Type"))
        if kind is not None:
            _rent(carrier, values, properties, kind)
        for node in walk(properties):
            data = node.get("UserData")
            if data is not None:
                run_user_data(carrier.evaluation, values.of(data), carrier.at(data.span), "UserData")


def _rent(
    carrier: Carrier, values: _Values, properties: Node, kind: tuple[str, tuple[str, ...], tuple[str, ...]]
) -> None:
    service, path, count_path = kind
    found = properties.get(*path)
    kinds = _kinds(found, values)
    if not kinds and service == "autoscaling" and found is None and path == ("MixedInstancesPolicy",):
        return  # what it starts is said by its launch template
    counted = properties.get(*count_path) if count_path else None
    counted = counted or next((node for node in map(properties.get, _COUNTED) if node is not None), None)
    counted = counted or _below(properties, _COUNTED)
    count = values.of(counted) if counted is not None else Known("1")
    for one in kinds or [Known("default")]:
        place = Place(carrier.unit.id, (found or properties).span)
        carrier.evaluation.emit("cloud.provision", "aws", service, one, count, "default", place=place)


def _kinds(node: Node | None, values: _Values) -> list[Value]:
    if node is None:
        return []
    if node.text is not None or _function(node) is not None:
        return [values.of(node)]
    if node.items and all(item.text is not None for item in node.items):
        return [values.of(item) for item in node.items]
    found = [below.get(name) for below in walk(node) for name in _NAMED if below.get(name) is not None]
    return [kind for one in found for kind in _kinds(one, values)]


def _below(node: Node, names: tuple[str, ...]) -> Node | None:
    return next((found for one in walk(node) for name in names if (found := one.get(name)) is not None), None)


def _function(node: Node) -> tuple[str, Node] | None:
    """Give the intrinsic function that a node calls, in its long or short form, with its argument."""
    if node.tag.startswith("!") and len(node.tag) > 1:
        return node.tag[1:], node
    if len(node.pairs) == 1 and (node.pairs[0][0].startswith("Fn::") or node.pairs[0][0] == "Ref"):
        return node.pairs[0][0].removeprefix("Fn::"), node.pairs[0][1]
    return None


class _Values:
    """The values of a template's expressions."""

    def __init__(self, carrier: Carrier, document: Node) -> None:
        self.carrier = carrier
        parameters = document.get("Parameters")
        self.defaults = {
            name: Known(default.text)
            for name, parameter in (parameters.entries if parameters is not None else ())
            if (default := parameter.get("Default")) is not None and default.text is not None
        }
        self.mappings = document.get("Mappings")
        self.functions: dict[str, Callable[[Node, int], Value]] = {
            "Ref": lambda node, _: self.named(node.text or ""),
            "Base64": lambda node, depth: self.of(replace(node, tag="") if node.tag == "!Base64" else node, depth),
            "Sub": self._sub,
            "Join": self._join,
            "If": lambda node, depth: self.of(node.items[1], depth) if len(node.items) > 1 else EMPTY,
            "FindInMap": self._find,
            "Select": self._select,
        }

    def named(self, name: str) -> Value:
        """Give a parameter's default; another name is unknown."""
        known = self.defaults.get(name)
        return known if known is not None else self.carrier.evaluation.fresh(Source.ARGUMENT, name[:80])

    def of(self, node: Node, depth: int = 0) -> Value:
        """Give the value of a node."""
        function = _function(node)
        if depth > _MOST_DEPTH:
            return self.carrier.evaluation.fresh(Source.LIMIT)
        if function is not None:
            called = self.functions.get(function[0])
            if called is not None:
                return called(function[1], depth + 1)
            return self.carrier.evaluation.fresh(Source.ARGUMENT, function[0][:80])
        if node.text is not None:
            return Known(node.text)
        return self.carrier.evaluation.fresh(Source.UNKNOWN)

    def _sub(self, node: Node, depth: int) -> Value:
        text = node.text if node.text is not None else (node.items[0].text or "" if node.items else "")
        given = dict(node.items[1].entries) if len(node.items) > 1 else {}
        pieces: list[Value] = []
        end = 0
        for found in _SUBSTITUTED.finditer(text):
            if len(pieces) > 2_000:
                break
            pieces.append(Known(text[end : found.start()]))
            if found[1]:
                pieces.append(Known(f"${{{found[2]}}}"))
            else:
                inner = given.get(found[2])
                pieces.append(self.of(inner, depth) if inner is not None else self.named(found[2]))
            end = found.end()
        return concat([*pieces, Known(text[end:])])

    def _join(self, node: Node, depth: int) -> Value:
        if len(node.items) != 2:
            return self.carrier.evaluation.fresh(Source.UNKNOWN)
        pieces: list[Value] = []
        for item in node.items[1].items:
            pieces += [Known(node.items[0].text or ""), self.of(item, depth)] if pieces else [self.of(item, depth)]
        return concat(pieces)

    def _find(self, node: Node, depth: int) -> Value:
        keys = [known_text(self.of(item, depth)) for item in node.items]
        if self.mappings is not None and all(key is not None for key in keys):
            found = self.mappings.get(*[key for key in keys if key is not None])
            if found is not None and found.text is not None:
                return Known(found.text)
        return self.carrier.evaluation.fresh(Source.ARGUMENT)

    def _select(self, node: Node, depth: int) -> Value:
        index = node.items[0].text or "" if node.items else ""
        choices = node.items[1].items if len(node.items) > 1 else []
        if index.isdigit() and len(index) < 5 and int(index) < len(choices):
            return self.of(choices[int(index)], depth)
        return self.carrier.evaluation.fresh(Source.ARGUMENT)
