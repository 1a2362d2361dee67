#!/bin/sh
# Rebuilds the pinned third-party browser files and checks each against static/vendor/VENDOR.json
# (package, version, file, sha256, licence).
# Usage: scripts/vendor.sh [node_modules]
# Without the folder, the versions of package-lock.json are fetched from npm.
# A new version: change package.json, npm install, the rows below and those of VENDOR.json, then run
# this.
set -eu
cd "$(dirname "$0")/.."
packages=${1:-}
if [ -z "$packages" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    cp package.json package-lock.json "$folder/"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --silent)
    packages=$folder/node_modules
fi
packages=$(cd "$packages" && pwd)

pinned() {
    if ! grep -q "\"version\": \"$2\"" "$packages/$1/package.json"; then
        echo "$packages/$1 is not $2" >&2
        exit 1
    fi
}

# JsSIP comes as CommonJS modules only; one ES module is built of them. esbuild runs beside the
# package, because it writes relative paths into its output.
pinned jssip 3.13.8
pinned esbuild 0.28.2
out=$PWD/static/vendor/jssip-3.13.8
mkdir -p "$out"
banner="/*! JsSIP 3.13.8, https://jssip.net, MIT: LICENSE beside this file."
(cd "$packages" && ./.bin/esbuild jssip/lib/JsSIP.js --bundle --format=esm --platform=browser \
    --target=es2022 --minify --charset=utf8 --legal-comments=none \
    --banner:js="$banner Made by scripts/vendor.sh */" \
    --log-level=warning --outfile="$out/jssip.js")
{
    for package in jssip debug ms events sdp-transform; do
        printf '== %s\n\n' "$package"
        cat "$packages/$package"/[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*
        printf '\n'
    done
} > "$out/LICENSE"

# htmx ships its minified file.
pinned htmx.org 4.0.1
out=$PWD/static/vendor/htmx-4.0.1
mkdir -p "$out"
cp "$packages/htmx.org/dist/htmx.min.js" "$packages/htmx.org/LICENSE" "$out/"

sed -n 's/.*"file": "\([^"]*\)".*"sha256": "\([^"]*\)".*/\2  static\/vendor\/\1/p' \
    static/vendor/VENDOR.json | sha256sum --check --quiet
