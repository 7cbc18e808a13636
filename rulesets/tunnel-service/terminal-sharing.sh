#!/bin/bash
# ok: terminal-sharing
tmux new-session -d -s work 'htop'
# ok: terminal-sharing
apt-get install -y tmate
# ruleid: terminal-sharing
tmate -S /tmp/t.sock new-session -d
# ruleid: terminal-sharing
nohup sshx --quiet > /tmp/link &
