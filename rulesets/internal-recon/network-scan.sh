#!/bin/bash
# ok: network-scan
nmap --version
# ok: network-scan
nc -zv db.internal 5432
# ruleid: network-scan
nmap -sS -p- 10.0.0.0/24
# ruleid: network-scan
nc -zv 10.0.0.5 1-1024
