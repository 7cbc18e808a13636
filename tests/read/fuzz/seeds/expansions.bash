#!/bin/bash
set -euo pipefail
declare -A map=([k]='v v' ["a b"]=c); arr=(one "two three" $'\x74' {a..c})
name=${1:-default}; export PATH="/opt/bin:$PATH" IFS=$'\n\t'
f() { local x="${1##*/}"; printf '%-5s|%b\n' "${x^^}" "${arr[@]:1:2}" "$((x<<2 | 0x1f))"; return "${#arr[@]}"; }
for i in {1..3} "${!map[@]}"; do f "$i" || continue; done | while IFS= read -r line; do echo "${line//a/b}"; done
case "$name" in (a|b*) ssh -L 1:h:2 u@h ;; [!x]?) : ;& *) eval "echo $(date +%s)" ;; esac
[[ $name =~ ^([a-z]+)-?$ && -f /etc/passwd ]] && echo "${BASH_REMATCH[1]}" >&2 || true
cat <<-"E1" <<E2 > /tmp/x 2>&1
	text $not
	E1
$(echo body) ${arr[*]}
E2
bash -c 'source /dev/stdin' <<< "$(echo bHMgLVIK | base64 -d)" & wait $!
if ! tee >(rev) < <(tr a-z n-za-m); then coproc P { xargs -I{} sh -c '{}'; }; fi
trap 'rm -f "$tmp"' EXIT; until (( i-- <= 0 )); do ((i%2)) || break 1; done
