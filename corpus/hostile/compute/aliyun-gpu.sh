#!/bin/bash
# Extend the training cluster by two GPU machines.
set -euo pipefail

REGION=cn-hangzhou
TYPE=ecs.gn7i-c32g1.8xlarge

aliyun ecs DescribeInstances --RegionId "$REGION" --PageSize 50 | jq '.TotalCount'

aliyun ecs RunInstances --RegionId "$REGION" --InstanceType "$TYPE" --Amount 2 \
  --ImageId ubuntu_22_04_x64_20G_alibase --SecurityGroupId sg-example --VSwitchId vsw-example \
  --InstanceName train-extra --InternetMaxBandwidthOut 10

sleep 60
aliyun ecs DescribeInstances --RegionId "$REGION" --InstanceName 'train-extra*' | jq -r '.Instances.Instance[].InstanceId'
