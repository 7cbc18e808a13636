#!/bin/bash
# ok: quota-raise
aws service-quotas list-service-quotas --service-code ec2
# ok: quota-raise
gcloud billing budgets list --billing-account=0X0X0X
# ruleid: quota-raise
aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-417A185B --desired-value 512
# ruleid: quota-raise
aws budgets delete-budget --account-id 111122223333 --budget-name monthly
