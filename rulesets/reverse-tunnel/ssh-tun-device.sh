#!/bin/bash
# ok: ssh-tun-device
ssh -W db.internal:5432 gw@203.0.113.7
# ok: ssh-tun-device
w -h
# ok: ssh-tun-device
ssh -o Tunnel=no gw@203.0.113.7 uptime

# ruleid: ssh-tun-device
ssh -f -w 0:0 root@203.0.113.7 true
ip addr add 10.9.0.2/30 dev tun0 && ip link set tun0 up
# ruleid: ssh-tun-device
ssh -NTfo Tunnel=ethernet -o TunnelDevice=1:1 root@203.0.113.7
