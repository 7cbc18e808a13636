#!/bin/sh
# ok: sshuttle-route
pip install sshuttle
# ok: sshuttle-route
sshuttle --version
# ruleid: sshuttle-route
sudo sshuttle --dns -r ops@203.0.113.5 0/0
# ruleid: sshuttle-route
sshuttle -D --remote ops@203.0.113.5 10.0.0.0/8
