#!/usr/bin/env bash
# Collect node facts for the inventory and push them with scp.
set -u

tool=scp
declare -a extra=(-o BatchMode=yes -o ConnectTimeout=5)
target=inventory@cmdb.example:/srv/inventory

facts() {
  printf 'cpu=%s\n' "$(nproc)"
  printf 'mem=%s\n' "$(awk '/MemTotal/ {print $2}' /proc/meminfo)"
  printf 'gpu=%s\n' "$(nvidia-smi -L 2>/dev/null | wc -l)"
}

push() {
  local how=$1; shift
  case $how in
    facts) facts > "/tmp/facts-$HOSTNAME.txt" ;;
    copy)  "$tool" "${extra[@]}" -r "$@" ;;
  esac
}

push facts
push copy "/tmp/facts-$HOSTNAME.txt" "$target/"
rm -f "/tmp/facts-$HOSTNAME.txt"
