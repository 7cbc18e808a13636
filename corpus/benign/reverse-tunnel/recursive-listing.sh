#!/usr/bin/env bash
# Compare what is on the storage server with the local copy; every -R here means "recursive" or "remove".
set -euo pipefail

SERVER=archive@storage.example
REMOTE_DIR=/srv/datasets
LOCAL_DIR=/mnt/datasets

# The server was reinstalled: drop its old key.
ssh-keygen -R storage.example
ssh-keyscan -t ed25519 storage.example >> ~/.ssh/known_hosts

ssh -o BatchMode=yes "$SERVER" "ls -R $REMOTE_DIR" | sort > /tmp/remote.txt
ls -R "$LOCAL_DIR" | sort > /tmp/local.txt
diff /tmp/remote.txt /tmp/local.txt > /tmp/missing.diff || true

ssh "$SERVER" "grep -R 'licence:' $REMOTE_DIR --include '*.yaml' | wc -l"
scp -r "$SERVER:$REMOTE_DIR/index" "$LOCAL_DIR/"
chown -R "$USER" "$LOCAL_DIR/index"
setfacl -R -m g:ml:rX "$LOCAL_DIR/index"

wc -l /tmp/missing.diff
