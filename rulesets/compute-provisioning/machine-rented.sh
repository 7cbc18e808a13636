#!/bin/sh
# ok: machine-rented
aws ec2 describe-instances --region us-east-1
# ok: machine-rented
az vm list -o table
# ok: machine-rented
aws ec2 run-instances --image-id ami-0abc --instance-type t3.micro --dry-run
# ruleid: machine-rented
aws ec2 run-instances --image-id ami-0abc --instance-type t3.micro --count 2
# ruleid: machine-rented
az vm create -g rg -n web1 --image Ubuntu2204 --size Standard_B1s
