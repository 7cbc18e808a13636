#!/bin/sh
# Launch the fine-tuning job wherever there are H100s.
set -e

cat > task.yaml <<'TASK'
name: finetune
resources:
  accelerators: H100:8
  use_spot: true
num_nodes: 2
setup: pip install -r requirements.txt
run: torchrun --nproc_per_node=8 train.py
TASK

sky check
sky launch --yes --cluster finetune --gpus H100:8 --retry-until-up task.yaml
sky logs finetune --no-follow | tail -n 50
