#!/bin/sh
# Preview the documentation build in the browser of this machine.
set -e

cd site
python3 -m http.server 8000 --bind 127.0.0.1 &
SERVER=$!
trap 'kill $SERVER' EXIT

for page in index.html quickstart/index.html; do
  curl -fsS "http://127.0.0.1:8000/$page" > /dev/null && echo "$page is served"
done

echo "to see it from elsewhere: ssh -L 8000:localhost:8000 $(hostname)"
wait $SERVER
