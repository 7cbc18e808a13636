#!/bin/bash
# ok: privileged-file-search
find . -perm 644
# ok: privileged-file-search
getcap /usr/bin/ping
# ruleid: privileged-file-search
find / -perm -4000 -type f
# ruleid: privileged-file-search
getcap -r /
