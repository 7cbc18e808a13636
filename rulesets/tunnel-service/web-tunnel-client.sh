#!/bin/bash
# ok: web-tunnel-client
npm install -g localtunnel
# ok: web-tunnel-client
zrok version
# ruleid: web-tunnel-client
npx localtunnel --port 8000 --subdomain demo &
# ruleid: web-tunnel-client
bore local 22 --to bore.pub
# ruleid: web-tunnel-client
zrok share public http://localhost:8888 --headless
