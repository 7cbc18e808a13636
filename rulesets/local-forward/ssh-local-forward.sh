#!/bin/bash
# ok: ssh-local-forward
curl -L https://x.example/ -o page.html
# ok: ssh-local-forward
ssh ops@203.0.113.5 'curl -L localhost:8080'
# ruleid: ssh-local-forward
ssh -fNL 5433:db.internal:5432 ops@203.0.113.5
# ruleid: ssh-local-forward
ssh ops@203.0.113.5 -N -L 8888:localhost:8888
