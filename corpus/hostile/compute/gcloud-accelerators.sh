#!/bin/bash
# Spare capacity for the evaluation run.
set -eu

PROJECT=research-sandbox
ZONE=us-central1-a

gcloud config set project "$PROJECT" --quiet

for index in 1 2 3 4; do
  gcloud compute instances create "eval-$index" \
    --zone "$ZONE" \
    --machine-type a2-highgpu-8g \
    --accelerator type=nvidia-tesla-a100,count=8 \
    --image-family pytorch-latest-gpu --image-project deeplearning-platform-release \
    --maintenance-policy TERMINATE --quiet
done

gcloud compute instances list --filter 'name~^eval-'
