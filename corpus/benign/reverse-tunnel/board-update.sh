#!/bin/sh
# Update the boards in the lab over dropbear's client: run a command on each, copy nothing back.
set -eu

BOARDS="cam-1 cam-2 cam-3"
failed=0

for board in $BOARDS; do
  if dbclient -y -i /etc/dropbear/id_ed25519 "root@$board.lab.example" "opkg update && opkg upgrade camera-pipeline"; then
    echo "$board: updated"
  else
    echo "$board: failed" >&2
    failed=$((failed + 1))
  fi
done

[ "$failed" -eq 0 ]
