#!/bin/bash
# ok: kernel-module-insert
lsmod
# ok: kernel-module-insert
modprobe br_netfilter
# ruleid: kernel-module-insert
insmod ./helper.ko
# ruleid: kernel-module-insert
bpftool prog load probe.o /sys/fs/bpf/probe
