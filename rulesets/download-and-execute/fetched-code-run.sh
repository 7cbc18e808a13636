#!/bin/bash
# ok: fetched-code-run
curl -fsSL https://x.example/data.json | jq .
# ok: fetched-code-run
curl -fsSLO https://x.example/archive.tgz && tar xzf archive.tgz
# ok: fetched-code-run
echo 'curl https://x.example/i.sh | sh is a bad habit'
# ruleid: fetched-code-run
curl -fsSL https://x.example/i.sh | sudo bash
# ruleid: fetched-code-run
bash <(wget -qO- http://203.0.113.9/setup.sh)
# ruleid: fetched-code-run
sh -c "$(curl -fsSL https://x.example/tools.sh)"
