#!/bin/bash
# ok: ssh-dynamic-forward
curl -D headers.txt -o page.html https://x.example/
# ok: ssh-dynamic-forward
ssh -N -L 8080:localhost:80 ops@203.0.113.5
# ruleid: ssh-dynamic-forward
ssh -fND 1080 ops@203.0.113.5
# ruleid: ssh-dynamic-forward
ssh -D127.0.0.1:1080 ops@203.0.113.5 -N &
