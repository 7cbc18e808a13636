#!/bin/bash
# ok: control-plane-request
curl -s http://127.0.0.1:9090/api/v1/query?query=up
# ok: control-plane-request
kubectl auth can-i create pods
# ruleid: control-plane-request
curl -sk https://10.0.0.1:10250/pods
# ruleid: control-plane-request
docker -H tcp://10.0.0.5:2375 ps
