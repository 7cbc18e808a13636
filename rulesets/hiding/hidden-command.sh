#!/bin/bash
# ok: hidden-command
base64 -d photo.b64 > photo.png
# ok: hidden-command
echo aGVsbG8= | base64 -d
# ruleid: hidden-command
echo ZWNobyBoaQ== | base64 -d | bash
# ruleid: hidden-command
echo 756e616d65202d61 | xxd -r -p | sh
# todoruleid: hidden-command - reading does not count printf's escapes as hiding
eval "$(printf '\x75\x6e\x61\x6d\x65')"
