#!/bin/sh
# ok: infrastructure-applied
terraform plan -out plan.bin
# ok: infrastructure-applied
git apply fix.patch
# ruleid: infrastructure-applied
terraform apply -auto-approve
# ruleid: infrastructure-applied
pulumi up --yes --stack prod
