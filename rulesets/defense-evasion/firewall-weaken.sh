#!/bin/bash
# ok: firewall-weaken
iptables -L -n -v
# ok: firewall-weaken
iptables -A INPUT -s 203.0.113.9 -j DROP
# ruleid: firewall-weaken
iptables -F
# ruleid: firewall-weaken
sudo ufw --force disable
