#!/bin/bash
# ok: zsh-raw-connection
zsh -c 'zmodload zsh/net/tcp'
# ok: zsh-raw-connection
zsh -c 'echo ztcp 203.0.113.9 9001'
# ruleid: zsh-raw-connection
zsh -c 'zmodload zsh/net/tcp && ztcp 203.0.113.9 9001'
# ruleid: zsh-raw-connection
zsh -c 'ztcp relay.example 443'
