#!/usr/bin/env bash
# Data cleaning is CPU-bound: take ten small machines for an hour.
set -euo pipefail

aws ec2 run-instances --region eu-central-1 --image-id ami-0123456789abcdef0 \
  --instance-type t3.medium --count 10 \
  --instance-initiated-shutdown-behavior terminate \
  --user-data file://clean.sh --query 'Instances[].InstanceId' --output text | tee ids.txt

aws ec2 create-tags --region eu-central-1 --resources $(cat ids.txt) --tags Key=Purpose,Value=cleaning
echo "they stop themselves"
