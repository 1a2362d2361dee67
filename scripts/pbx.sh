#!/usr/bin/env bash
# A small PBX on this machine, in the foreground: lines 1001, 1002, … with the passwords pw-1001,
# pw-1002, …, domain pbx.test.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${PBX_PORT:-5062}

scripts/debian-packages.sh kamailio kamailio-websocket-modules
folder=$(mktemp -d)
trap 'kill "${kamailio:-}" 2>/dev/null; wait; rm -rf "$folder"' EXIT
trap exit INT TERM
cp pbx/kamailio.cfg "$folder"
user=()
if ((EUID == 0)); then
    chown -R nobody "$folder"
    user=(-u nobody -g nogroup)
fi

/usr/sbin/kamailio -DD -E -f "$folder/kamailio.cfg" -Y "$folder" -w "$folder" -P "$folder/pid" \
    -m 32 -M 8 -l "tcp:127.0.0.1:$port" -l "udp:127.0.0.1:$port" "${user[@]}" >"$folder/log" 2>&1 &
kamailio=$!

echo "PBX at ws://127.0.0.1:$port: sign in to Console as alice (line 1001) and bob (line 1002)" \
    "in two browsers and call."
echo "Calling 9486 is busy, 9404 is not found, 9603 is declined; 8480 rings first. Ctrl+C ends it."
wait "$kamailio" || { grep -E 'CRITICAL|ERROR' "$folder/log" | head -5 >&2; exit 1; }
