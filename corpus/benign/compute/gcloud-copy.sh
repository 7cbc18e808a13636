#!/bin/bash
# Copy evaluation results from the bucket and list what is running.
set -eu

gcloud config set project research-sandbox --quiet

gcloud storage cp --recursive gs://example-evals/latest ./evals
gcloud compute instances list --filter 'name~^eval-' --format 'table(name,machineType,status)'
gcloud compute accelerator-types list --filter 'name=nvidia-tesla-a100' --limit 5

python summarise.py ./evals > summary.md
