#!/usr/bin/env bash
# Give machines back: everything tagged "sweep" that is older than two days.
set -euo pipefail

limit=$(date -u -d '2 days ago' +%Y-%m-%dT%H:%M:%S)

ids=$(aws ec2 describe-instances --region us-east-1 --filters 'Name=tag:Name,Values=sweep' \
  --query "Reservations[].Instances[?LaunchTime<='$limit'].InstanceId" --output text)

for id in $ids; do
  echo "terminating $id"
  aws ec2 terminate-instances --region us-east-1 --instance-ids "$id" --output text
done
