#!/bin/bash
# ok: root-delete
rm -rf build/ dist/ node_modules
# ok: root-delete
rm -rf "$(mktemp -d)"
# ok: root-delete
find /tmp/work -name '*.o' -delete
# ok: root-delete
find / -xdev -type f -name xmrig -delete
# ruleid: root-delete
find / -mindepth 1 -delete
# ruleid: root-delete
rm -rf --no-preserve-root /
# ruleid: root-delete
rm -rf ~/*
