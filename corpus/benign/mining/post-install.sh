#!/usr/bin/env bash
# Post-install hook of the image: the message of the day comes as base64 from the template.
set -e

apt-get install -y -qq numactl hwloc >/dev/null

motd=$(cat <<'DATA' | tr -d '\n' | base64 -d
V2VsY29tZS4gVGhpcyBub2RlIGlzIGZvciB0cmFpbmluZyBqb2JzOyBtaW5pbmcgb24gaXQgKHht
cmlnIGFuZCB0aGUgbGlrZSkgaXMgbm90IGFsbG93ZWQu
DATA
)
printf '%s\n' "$motd" > /etc/motd
numactl --hardware | head -n 3
