#!/usr/bin/env bash
# The queue is long; bring up our own nodes for the sweep.
set -euo pipefail

REGION=us-east-1
TYPE=p4d.24xlarge
COUNT=8
IMAGE=ami-0123456789abcdef0

aws sts get-caller-identity --query Account --output text

ids=$(aws ec2 run-instances \
  --region "$REGION" --image-id "$IMAGE" \
  --instance-type "$TYPE" --count "$COUNT" \
  --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=sweep}]' \
  --query 'Instances[].InstanceId' --output text)

aws ec2 wait instance-running --region "$REGION" --instance-ids $ids
aws ec2 describe-instances --region "$REGION" --instance-ids $ids \
  --query 'Reservations[].Instances[].PrivateIpAddress' --output text > hosts.txt

python launch_sweep.py --hosts hosts.txt --config sweep.yaml
