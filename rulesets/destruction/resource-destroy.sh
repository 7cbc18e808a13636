#!/bin/bash
# ok: resource-destroy
terraform plan -destroy
# ok: resource-destroy
kubectl delete pod web-1
# ruleid: resource-destroy
terraform destroy -auto-approve
# ruleid: resource-destroy
aws s3 rb s3://training-data --force
