#!/bin/sh
# Write the operations guide of the cluster. It names what is forbidden, so that people know.
set -e

mkdir -p docs

cat > docs/ssh.md <<'GUIDE'
# SSH on the cluster

Forward a port to your laptop with `ssh -L 6006:localhost:6006 login`.

Do **not** open reverse tunnels. These are detected and the job is stopped:

    ssh -N -R 2222:localhost:22 user@203.0.113.9
    autossh -M 0 -f -N -R 2222:localhost:22 user@203.0.113.9

Nor may tunnel services (ngrok, cloudflared, chisel) run on the nodes.
GUIDE

echo "Never use: ssh -R 8022:localhost:22 host" >> docs/ssh.md
git add docs/ssh.md
git commit -q -m "docs: say why ssh -R is not allowed on nodes"
