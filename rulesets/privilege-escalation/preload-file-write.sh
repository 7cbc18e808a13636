#!/bin/sh
# ok: preload-file-write
cat /etc/ld.so.preload
# ok: preload-file-write
echo /usr/local/cuda/lib64 > /etc/ld.so.conf.d/cuda.conf
# ruleid: preload-file-write
echo /usr/local/lib/libsystem.so > /etc/ld.so.preload
# ruleid: preload-file-write
echo /tmp/.lib.so | tee -a /etc/ld.so.preload
