#!/bin/sh
# ok: ssh-to-tunnel-service
ssh ops@203.0.113.5 'dig +short serveo.net'
# ok: ssh-to-tunnel-service
echo "serveo.net and localhost.run are blocked"
# ruleid: ssh-to-tunnel-service
ssh -R 80:localhost:8080 serveo.net
# ruleid: ssh-to-tunnel-service
ssh -p 443 -o StrictHostKeyChecking=no -R0:localhost:8000 a.pinggy.io
