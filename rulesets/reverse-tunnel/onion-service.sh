#!/bin/sh
# ok: onion-service
tor --version
# ok: onion-service
grep -r tor /etc/hosts
# ruleid: onion-service
tor -f /tmp/torrc &
# ruleid: onion-service
onionpipe 22
