#!/bin/bash
# ok: secret-file-read
cat ~/.ssh/id_ed25519.pub
# ok: secret-file-read
ssh -i ~/.ssh/id_ed25519 ops@203.0.113.5 uptime
# ruleid: secret-file-read
cd /etc; cat shadow
# ok: secret-file-read
cd /srv; cat shadow
# ruleid: secret-file-read
cat /root/.ssh/id_rsa
# ruleid: secret-file-read
base64 -w0 ~/.aws/credentials
