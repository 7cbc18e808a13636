#!/bin/bash
# ok: training-job-kill
pgrep -af train.py
# ok: training-job-kill
squeue -u alice
# ruleid: training-job-kill
pkill -f train.py
# ruleid: training-job-kill
scancel 4711
