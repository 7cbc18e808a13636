#!/usr/bin/env bash
# What do we run, and what does it cost? Nothing is created here.
set -euo pipefail

REGION=us-east-1

aws sts get-caller-identity --query Account --output text

aws ec2 describe-instances --region "$REGION" \
  --filters 'Name=instance-type,Values=p4d.24xlarge,p5.48xlarge' \
  --query 'Reservations[].Instances[].[InstanceId,InstanceType,LaunchTime]' --output table

aws ec2 describe-instance-types --region "$REGION" --instance-types p4d.24xlarge \
  --query 'InstanceTypes[].GpuInfo' --output json

aws ce get-cost-and-usage --time-period Start=2026-01-01,End=2026-02-01 \
  --granularity MONTHLY --metrics UnblendedCost --output json | jq '.ResultsByTime[0].Total'

aws s3 sync s3://example-runs/latest ./runs --only-show-errors
