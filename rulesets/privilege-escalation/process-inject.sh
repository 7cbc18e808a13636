#!/bin/bash
# ok: process-inject
gdb -p 4711 -batch -ex bt
# ok: process-inject
py-spy dump --pid 4711
# ruleid: process-inject
gdb -p 4711 -batch -ex 'call (int)system("id")'
# ruleid: process-inject
pyrasite 4711 payload.py
