#!/bin/bash
# ok: ngrok-tunnel
brew install ngrok
# ok: ngrok-tunnel
ngrok version
# ok: ngrok-tunnel
pgrep -fa 'ngrok http' || echo "no ngrok tcp tunnel is up"

# ruleid: ngrok-tunnel
nohup ngrok http 8080 --log=stdout > /tmp/ngrok.log 2>&1 &
# ruleid: ngrok-tunnel
./ngrok tcp --authtoken "$NGROK_AUTHTOKEN" 22
