#!/bin/bash
# ok: pool-host
iptables -A OUTPUT -d pool.supportxmr.com -j DROP
# ok: pool-host
echo "0.0.0.0 pool.supportxmr.com" >> /etc/hosts
# ok: pool-host
grep -c nanopool.org /var/log/dns.log
# ruleid: pool-host
exec 3<>/dev/tcp/pool.supportxmr.com/3333
# ruleid: pool-host
curl -s https://api.moneroocean.stream/pool/stats
