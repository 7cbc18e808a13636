#!/bin/bash
# ok: ssh-server-start
sshd -t
# ok: ssh-server-start
service ssh status
# ruleid: ssh-server-start
/usr/sbin/sshd -D -p 2222
# ruleid: ssh-server-start
service ssh start
