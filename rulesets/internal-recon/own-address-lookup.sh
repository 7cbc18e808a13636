#!/bin/bash
# ok: own-address-lookup
curl -s https://api.example/ip
# ok: own-address-lookup
hostname -I
# ruleid: own-address-lookup
curl -s ifconfig.me
# ruleid: own-address-lookup
curl -s https://api.ipify.org
