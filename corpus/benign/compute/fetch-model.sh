#!/usr/bin/env bash
# Fetch a model and a dataset from the hub, pin the versions, and quantise.
set -euo pipefail

pip install --quiet 'huggingface_hub[cli]'

huggingface-cli download example-org/base-7b --revision 3f1c2a9 --local-dir models/base-7b
huggingface-cli download --repo-type dataset example-org/instructions --local-dir data/instructions

python -m quantise --model models/base-7b --bits 4 --output models/base-7b-q4
du -sh models/*
