#!/bin/bash
# ok: memory-file-run
cat /proc/self/fd/0
# ok: memory-file-run
ls -l /proc/self/fd/3
# ruleid: memory-file-run
/proc/self/fd/3 --quiet
# ruleid: memory-file-run
bash /proc/1234/fd/5
