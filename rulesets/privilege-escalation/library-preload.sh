#!/bin/bash
# ok: library-preload
export LD_LIBRARY_PATH=/opt/lib
# ok: library-preload
unset LD_PRELOAD
# ruleid: library-preload
LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so.2 ./server
# ruleid: library-preload
LD_PRELOAD=/tmp/hook.so ./worker
