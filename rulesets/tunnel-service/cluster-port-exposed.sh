#!/bin/bash
# ok: cluster-port-exposed
kubectl port-forward svc/grafana 3000:3000
# ok: cluster-port-exposed
kubectl expose deployment web --port 80 --type=ClusterIP
# ruleid: cluster-port-exposed
kubectl port-forward --address 0.0.0.0 svc/grafana 3000:3000
# ruleid: cluster-port-exposed
kubectl proxy --address 0.0.0.0 --port 8001
