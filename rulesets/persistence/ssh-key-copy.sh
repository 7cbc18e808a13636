#!/bin/bash
# ok: ssh-key-copy
ssh-copy-id
# ok: ssh-key-copy
man ssh-copy-id
# ruleid: ssh-key-copy
ssh-copy-id -i ~/.ssh/id_ed25519.pub ops@203.0.113.5
# ruleid: ssh-key-copy
ssh-copy-id deploy@web.example
