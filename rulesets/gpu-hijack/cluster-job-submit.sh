#!/bin/bash
# ok: cluster-job-submit
ray job list
# ok: cluster-job-submit
sinfo -N
# ruleid: cluster-job-submit
argo submit train.yaml
# ruleid: cluster-job-submit
sbatch job.sh
