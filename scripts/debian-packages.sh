#!/usr/bin/env bash
# Installs the Debian packages that are missing, without starting the services they bring.
set -euo pipefail

missing=()
for package in "$@"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $status == installed ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

if ! command -v apt-get >/dev/null; then
    echo "These Debian packages are needed, and this is not Debian: ${missing[*]}" >&2
    exit 1
fi
as_root=()
if ((EUID)); then
    if ! command -v sudo >/dev/null; then
        echo "As root, please: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

# Debian starts a service as soon as its package is unpacked, unless this file forbids it. The tests
# start their own.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
fi

echo "set-up: Debian packages ${missing[*]}"
install=(env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends
         "${missing[@]}")
log=$(mktemp)
"${as_root[@]}" apt-get update --quiet >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
"${as_root[@]}" "${install[@]}" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
rm -f "$log"
