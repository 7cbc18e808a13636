"""Descriptions of machines that a script writes and has carried out, and requests that rent them."""

from __future__ import annotations

import pytest

from tests.read.shell.scripts import lines

TERRAFORM = 'cat > {}/main.tf <<\'T\'\nresource "aws_instance" "g" {{\n instance_type = "p4d.24xlarge"\n}}\nT\n'
STACK = """cat > stack.yaml <<'T'
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  G:
    Type: AWS::EC2::Instance
    Properties: {InstanceType: p4d.24xlarge}
T
"""
TASK = "printf 'resources:\\n  accelerators: H100:8\\nrun: ./x\\n' > t.yaml\n"
RENTED = "cloud.provision aws ec2 p4d.24xlarge 1 default"


@pytest.mark.parametrize(
    ("script", "effect"),
    [
        (TERRAFORM.format(".") + "terraform apply -auto-approve", RENTED),
        (TERRAFORM.format("infra") + "terraform -chdir=infra apply -auto-approve", RENTED),
        (TERRAFORM.format("infra") + "cd infra && tofu apply", RENTED),
        (STACK + "aws cloudformation deploy --stack-name s --template-file stack.yaml", RENTED),
        (STACK + "aws cloudformation create-stack --stack-name s --template-body file://stack.yaml", RENTED),
        (TASK + "sky launch -y -c c t.yaml", "cloud.provision skypilot any H100 8 default"),
    ],
)
def test_a_description_that_is_carried_out_is_read(script: str, effect: str) -> None:
    """What the script wrote says which machines are rented."""
    assert effect in lines(script)


@pytest.mark.parametrize(
    "script",
    [
        TERRAFORM.format(".") + "terraform plan",
        TERRAFORM.format("other") + "terraform apply",
        STACK + "aws cloudformation validate-template --template-body file://stack.yaml",
        TASK + "sky status t.yaml",
    ],
)
def test_a_description_that_is_only_looked_at_rents_nothing(script: str) -> None:
    """A plan, a check and a file elsewhere say nothing of machines."""
    assert not [line for line in lines(script) if line.startswith("cloud.provision") and "%{" not in line]


LAMBDA = "https://cloud.lambdalabs.com/api/v1"
BODY = '{"region_name":"us-west-1","instance_type_name":"gpu_8x_h100_sxm5","quantity":2}'


@pytest.mark.parametrize(
    ("command", "effect"),
    [
        (f"curl -d '{BODY}' {LAMBDA}/instance-operations/launch", "lambda instance gpu_8x_h100_sxm5 2 us-west-1"),
        (
            f"echo '{BODY}' > b.json; curl --json @b.json {LAMBDA}/instance-operations/launch",
            "lambda instance gpu_8x_h100_sxm5 2 us-west-1",
        ),
        (
            "http POST https://api.vultr.com/v2/instances region=ewr plan=vcg-a100-1c",
            "vultr instance vcg-a100-1c 1 ewr",
        ),
        (
            'curl -X POST https://api.runpod.io/graphql -d \'{"query": "mutation { podFindAndDeployOnDemand('
            'input: {gpuCount: 4, gpuTypeId: \\"NVIDIA A100\\"}) { id } }"}\'',
            'runpod pod "NVIDIA A100" 4 ""',
        ),
    ],
)
def test_a_request_that_rents_says_what(command: str, effect: str) -> None:
    """The provider's address and the JSON of the request are the machine."""
    assert f"cloud.provision {effect}" in lines(command)


@pytest.mark.parametrize(
    "command", [f"curl {LAMBDA}/instance-types", f"curl -d '{BODY}' {LAMBDA}/instance-operations/terminate"]
)
def test_other_requests_to_a_provider_rent_nothing(command: str) -> None:
    """What lists or ends machines is a request."""
    assert not [line for line in lines(command) if line.startswith("cloud.provision")]
