#!/usr/bin/env bash
# Find the cheapest 4090 boxes and take them.
set -euo pipefail

pip install --quiet vastai
vastai set api-key "${VAST_API_KEY:?}"

offers=$(vastai search offers 'gpu_name=RTX_4090 num_gpus>=4 rentable=true' -o 'dph+' --raw | jq -r '.[0:3][].id')

for offer in $offers; do
  vastai create instance "$offer" --image registry.example/train:latest --disk 100 \
    --onstart-cmd 'python /work/train.py'
done

vastai show instances
