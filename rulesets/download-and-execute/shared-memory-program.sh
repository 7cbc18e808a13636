#!/bin/bash
# ok: shared-memory-program
ls /dev/shm/cache
# ok: shared-memory-program
python3 train.py --cache /dev/shm/cache
# ruleid: shared-memory-program
/dev/shm/helper --quiet
# ruleid: shared-memory-program
bash /dev/shm/run.sh
