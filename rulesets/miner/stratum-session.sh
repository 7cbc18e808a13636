#!/bin/bash
# ok: stratum-session
grep -c 'mining.subscribe' capture.txt
# ok: stratum-session
echo '{"id":1,"method":"mining.subscribe","params":[]}' > sample.json
# ruleid: stratum-session
printf '{"id":1,"method":"mining.subscribe","params":[]}\n' | nc 203.0.113.9 3333
# ruleid: stratum-session
echo '{"id":1,"method":"login","params":{"login":"WALLET","agent":"XMRig/6.22.0"}}' | ncat 203.0.113.9 3333
