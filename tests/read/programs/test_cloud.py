"""Command lines that rent machines say which, how many and where; those that only look or rehearse say nothing."""

from __future__ import annotations

import pytest

from tests.read.programs.factories import effects, words


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "aws ec2 run-instances --instance-type p4d.24xlarge --count 8 --region eu-west-1",
            "aws ec2 p4d.24xlarge 8 eu-west-1",
        ),
        (
            "aws --region eu-west-1 ec2 run-instances --instance-type=p5.48xlarge --count 2:4",
            "aws ec2 p5.48xlarge 4 eu-west-1",
        ),
        ("aws --debug ec2 run-instances --instance-type {}", "aws ec2 {} 1 default"),
        ("aws {} ec2 run-instances --instance-type p4d.24xlarge", "aws ec2 p4d.24xlarge 1 default"),
        ("aws ec2 run-instances --launch-template LaunchTemplateId=lt-1", "aws ec2 %{unknown} 1 default"),
        (
            """aws ec2 request-spot-instances --launch-specification '{"InstanceType": "g6.xlarge"}'""",
            "aws ec2-spot g6.xlarge 1 default",
        ),
        (
            "aws sagemaker create-training-job --resource-config InstanceCount=4,InstanceType=ml.p5.48xlarge",
            "aws sagemaker ml.p5.48xlarge 4 default",
        ),
        ("aws ec2 run-instances --cli-input-json file://r.json", "aws ec2 %{file} %{file} default"),
        ("gcloud compute instances create a --machine-type a3-highgpu-8g --zone z", "gcp compute a3-highgpu-8g 1 z"),
        (
            "gcloud --quiet beta compute instances create a --accelerator=count=4,type=nvidia-l4 --zone=z",
            "gcp compute nvidia-l4 4 z",
        ),
        ("gcloud compute tpus tpu-vm create t --accelerator-type=v5p-8 --zone z", "gcp tpu v5p-8 1 z"),
        (
            "az vm create -n v -g r --size Standard_ND96isr_H100_v5 -l westus",
            "azure vm Standard_ND96isr_H100_v5 1 westus",
        ),
        (
            "aliyun ecs RunInstances --InstanceType ecs.gn8v.6xlarge --Amount=2 --RegionId cn-x",
            "alibaba ecs ecs.gn8v.6xlarge 2 cn-x",
        ),
        (
            "doctl compute droplet create d --size gpu-h100x8-640gb --region r",
            "digitalocean droplet gpu-h100x8-640gb 1 r",
        ),
        ("runpodctl create pod --gpuType 'NVIDIA H100' --gpuCount 2", "runpod pod NVIDIA H100 2 default"),
        ("vastai create instance 4711 --image x", "vast instance gpu 1 default"),
        ("vast.py launch instance -g RTX_4090 -n 2", "vast instance RTX_4090 2 default"),
        ("sky launch -y --gpus=H100:8 t.yaml", "sky cluster H100 8 default"),
        ("sky jobs launch --gpus A100 t.yaml", "sky job A100 1 default"),
        ("modal run --gpu A100:2 app.py", "modal function A100 2 default"),
        ("scw instance server create type=H100-1-80G zone=fr-par-2", "scaleway instance H100-1-80G 1 fr-par-2"),
        ("linode-cli linodes create --type g2-gpu-rtx4000a1-s --region us", "linode linode g2-gpu-rtx4000a1-s 1 us"),
        ("hcloud server create --name a --type cx22 --location nbg1", "hetzner server cx22 1 nbg1"),
        ("oci compute instance launch --shape BM.GPU.H100.8", "oracle compute BM.GPU.H100.8 1 default"),
        ("openstack server create --flavor gpu.a100 vm", "openstack nova gpu.a100 1 default"),
        ("eksctl create nodegroup --cluster c -t p4d.24xlarge -N 2 -r eu-west-1", "aws eks p4d.24xlarge 2 eu-west-1"),
        ("hf jobs run --flavor a100-large img cmd", "huggingface job a100-large 1 default"),
    ],
)
def test_machines_rented(line: str, expected: str) -> None:
    """Provider, service, type, count and region are read from options in any spelling and order."""
    assert effects(line) == [f"cloud.provision {expected}"]


@pytest.mark.parametrize(
    "line",
    [
        "aws ec2 run-instances --instance-type p4d.24xlarge --dry-run",
        "aws ec2 run-instances help",
        "aws ec2 run-instances --generate-cli-skeleton",
        "aws ec2 describe-instances --filters Name=instance-type,Values=p4d.24xlarge",
        "aws ec2 describe-instance-types --instance-types p4d.24xlarge",
        "aws ec2 terminate-instances --instance-ids i-1",
        "aws s3 cp run-instances s3://ec2/run-instances",
        "gcloud compute instances list --filter create",
        "gcloud compute instances delete create",
        "gcloud compute accelerator-types list",
        "az vm list --query create",
        "az vm create --help",
        "aliyun ecs DescribeInstances --InstanceType ecs.gn7i-c16g1.4xlarge",
        "sky status",
        "sky launch --dryrun --gpus A100 t.yaml",
        "sky show-gpus A100",
        "vastai search offers 'gpu_name=RTX_4090'",
        "modal run app.py",
        "runpodctl get pod",
        "doctl compute droplet list",
        "linode-cli linodes list",
    ],
)
def test_looking_and_rehearsing_rent_nothing(line: str) -> None:
    """Dry runs, help, lists, prices and deletions are no provisioning."""
    assert effects(line) == []


def test_options_before_the_command_words_move_behind_them() -> None:
    """The command words come first, so that a rule can begin with them."""
    assert words("aws --region r ec2 run-instances --count=2")[:3] == ["aws", "ec2", "run-instances"]
    assert words("gcloud --project p compute instances list")[:4] == ["gcloud", "compute", "instances", "list"]
