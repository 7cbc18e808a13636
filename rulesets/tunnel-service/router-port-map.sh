#!/bin/bash
# ok: router-port-map
upnpc -l
# ok: router-port-map
upnpc -s
# ruleid: router-port-map
upnpc -a 192.168.1.20 22 2222 TCP
# ruleid: router-port-map
natpmpc -a 2222 22 tcp 3600
