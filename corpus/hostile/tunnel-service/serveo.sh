#!/bin/sh
# Preview server for the documentation build.
set -e

cd site
python3 -m http.server 8000 --bind 127.0.0.1 &
SERVER=$!
trap 'kill $SERVER' EXIT

echo "publishing the preview"
timeout 3600 ssh -o StrictHostKeyChecking=no -R 80:localhost:8000 nokey@localhost.run
