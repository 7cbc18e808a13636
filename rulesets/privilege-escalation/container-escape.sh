#!/bin/bash
# ok: container-escape
docker run --rm -v "$PWD":/src alpine ls /src
# ok: container-escape
nsenter -t 4242 -n ip addr
# ruleid: container-escape
docker run --rm -it --privileged -v /:/host alpine sh
# ruleid: container-escape
nsenter -t 1 -m -u -n -i -p sh
# ruleid: container-escape
echo '|/opt/collect' > /proc/sys/kernel/core_pattern
