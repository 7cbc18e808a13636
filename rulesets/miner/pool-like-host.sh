#!/bin/bash
# ok: pool-like-host
exec 3<>/dev/tcp/db.example/3333
# ok: pool-like-host
exec 4<>/dev/tcp/pool.example/443
# ruleid: pool-like-host
exec 5<>/dev/tcp/pool.example/3333
# ruleid: pool-like-host
exec 6<>/dev/tcp/xmr.hash.invalid/14444
