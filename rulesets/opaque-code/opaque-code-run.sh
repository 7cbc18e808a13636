#!/bin/bash
# ok: opaque-code-run
eval "$1"
# ok: opaque-code-run
echo ZWNobyBoaQ== | base64 -d | bash
# ruleid: opaque-code-run
openssl enc -d -aes-256-cbc -k "$KEY" -in payload.bin | bash
# ruleid: opaque-code-run
eval "$(openssl enc -d -aes-128-cbc -k "$KEY" -in plan.bin)"
# todoruleid: opaque-code-run - reading does not take gpg for a decoder
eval "$(gpg -d payload.gpg)"
