#!/bin/bash
# ok: trust-anchor-add
curl --cacert ./internal.crt https://api.example/
# ok: trust-anchor-add
cp internal.crt ./certs/internal.crt
# ruleid: trust-anchor-add
cp proxy.crt /usr/local/share/ca-certificates/proxy.crt
# ruleid: trust-anchor-add
cp proxy.pem /etc/pki/ca-trust/source/anchors/proxy.pem
