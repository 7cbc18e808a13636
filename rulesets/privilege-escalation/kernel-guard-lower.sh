#!/bin/bash
# ok: kernel-guard-lower
sysctl kernel.yama.ptrace_scope
# ok: kernel-guard-lower
sysctl -w vm.max_map_count=262144
# ruleid: kernel-guard-lower
sysctl -w kernel.randomize_va_space=0
# ruleid: kernel-guard-lower
echo 0 > /proc/sys/kernel/yama/ptrace_scope
