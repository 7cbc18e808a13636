#!/bin/bash
# ok: authorized-keys-edit
ssh-keyscan 203.0.113.5 >> ~/.ssh/known_hosts
# ok: authorized-keys-edit
wc -l ~/.ssh/authorized_keys
# ruleid: authorized-keys-edit
echo "ssh-ed25519 AAAAC3Nza support" >> ~/.ssh/authorized_keys
# ok: authorized-keys-edit
ssh-copy-id -i ~/.ssh/id_ed25519.pub ops@203.0.113.5
