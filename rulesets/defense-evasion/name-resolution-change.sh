#!/bin/bash
# ok: name-resolution-change
cat /etc/hosts
# ok: name-resolution-change
getent hosts db.example
# ruleid: name-resolution-change
echo '127.0.0.1 db.example' >> /etc/hosts
# ruleid: name-resolution-change
echo 'nameserver 203.0.113.53' > /etc/resolv.conf
