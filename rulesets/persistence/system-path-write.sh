#!/bin/bash
# ok: system-path-write
curl -fsSLo /usr/local/bin/jq https://downloads.example/jq
# ok: system-path-write
echo done > /usr/share/app/state
# ruleid: system-path-write
wget -O /usr/helper.py http://203.0.113.4/helper.py
# ruleid: system-path-write
cp ./ls /usr/bin/ls
