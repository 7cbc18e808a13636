#!/bin/sh
# ok: cloud-identity-create
aws sts get-caller-identity
# ok: cloud-identity-create
aws iam list-users
# ruleid: cloud-identity-create
aws iam create-access-key --user-name support
# ruleid: cloud-identity-create
gcloud iam service-accounts keys create key.json --iam-account=ci@p.iam.gserviceaccount.com
