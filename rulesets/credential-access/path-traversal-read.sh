#!/bin/bash
# ok: path-traversal-read
cat ../README.md
# ok: path-traversal-read
cat ../../etc-sample/passwd
# ruleid: path-traversal-read
cat /usr/share/../../etc/passwd
# ruleid: path-traversal-read
cp images/../../../../etc/shadow .
