#!/usr/bin/env bash
# Pause machines at night: everything tagged "sweep" that has run for two days is stopped, nothing is lost.
set -euo pipefail

limit=$(date -u -d '2 days ago' +%Y-%m-%dT%H:%M:%S)

ids=$(aws ec2 describe-instances --region us-east-1 --filters 'Name=tag:Name,Values=sweep' \
  --query "Reservations[].Instances[?LaunchTime<='$limit'].InstanceId" --output text)

for id in $ids; do
  echo "stopping $id"
  aws ec2 stop-instances --region us-east-1 --instance-ids "$id" --output text
done
