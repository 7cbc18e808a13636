#!/bin/bash
# ok: other-jobs-held
scontrol show job 4711
# ok: other-jobs-held
scontrol show node gpu-1
# ruleid: other-jobs-held
scontrol suspend 4711
# ruleid: other-jobs-held
scontrol update nodename=gpu-1 state=drain reason=x
