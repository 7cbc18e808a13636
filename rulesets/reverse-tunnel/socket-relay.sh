#!/bin/bash
# ok: socket-relay
socat TCP-LISTEN:8080,fork,reuseaddr TCP:localhost:80 &
# ok: socket-relay
echo ping | socat - TCP:203.0.113.9:80
# ruleid: socket-relay
socat TCP:203.0.113.9:443 TCP:localhost:22
# ruleid: socket-relay
while true; do socat OPENSSL:relay.example:443,verify=0 TCP:127.0.0.1:8888; sleep 5; done
