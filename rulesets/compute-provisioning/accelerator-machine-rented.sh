#!/bin/bash
# ok: accelerator-machine-rented
aws ec2 describe-instance-types --instance-types p4d.24xlarge
# ok: accelerator-machine-rented
aws ec2 run-instances --image-id ami-0abc --instance-type t3.micro --count 1
# ok: accelerator-machine-rented
gcloud compute accelerator-types list --filter=nvidia-h100-80gb
# ruleid: accelerator-machine-rented
aws ec2 run-instances --image-id ami-0abc --instance-type p4d.24xlarge --count 8 --region us-east-1
# ruleid: accelerator-machine-rented
gcloud compute instances create train-1 --machine-type=a3-highgpu-8g --zone=us-central1-a
# ruleid: accelerator-machine-rented
vastai create instance 1234567 --image pytorch/pytorch --disk 40
