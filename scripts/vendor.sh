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

# Inter's variable font has 2,900 characters in nine weights. The page needs Latin with Vietnamese in
# three; other Latin letters and Cyrillic are a second file, fetched when a name has one of them.
pinned inter-ui 4.1.1
out=$PWD/static/vendor/inter-4.1.1
export SOURCE_DATE_EPOCH=1731888000 # the time written into the fonts
tools=$(mktemp -d)
trap 'rm -rf "${folder:-}" "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" -q --disable-pip-version-check install fonttools==4.68.0 brotli==1.2.0
mkdir -p "$out"
cp "$packages/inter-ui/LICENSE.txt" "$out/LICENSE"
"$tools/bin/fonttools" varLib.instancer -q "$packages/inter-ui/variable/InterVariable.woff2" \
    opsz=14 wght=400:600 -o "$tools/inter.ttf"
subset() {
    "$tools/bin/pyftsubset" "$tools/inter.ttf" --unicodes="$2" --no-hinting --flavor=woff2 \
        --layout-features=kern,tnum,ccmp,locl --output-file="$out/$1.woff2"
}
latin=U+0020-007E,U+00A0,U+00AB,U+00B7,U+00BB,U+00C0-00C3,U+00C8-00CA,U+00CC-00CD,U+00D2-00D5
latin=$latin,U+00D7,U+00D9-00DA,U+00DD,U+00E0-00E3,U+00E8-00EA,U+00EC-00ED,U+00F2-00F5
latin=$latin,U+00F9-00FA,U+00FD,U+2013-2014,U+2018-2019,U+201C-201D,U+2022,U+2026
vietnamese=U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+1EA0-1EF9
subset inter "$latin,$vietnamese,U+20AB"
others=U+00A1-00AA,U+00AC-00B6,U+00B8-00BA,U+00BC-00BF,U+00C4-00C7,U+00CB,U+00CE-00D1,U+00D6
others=$others,U+00D8,U+00DB-00DC,U+00DE-00DF,U+00E4-00E7,U+00EB,U+00EE-00F1,U+00F6-00F8
others=$others,U+00FB-00FC,U+00FE-0101,U+0104-010F,U+0112-0127,U+012A-0167,U+016A-017F
subset inter-more "$others,U+0218-021B,U+0400-045F,U+0490-0491,U+201A,U+201E,U+20AC,U+2212"

sed -n 's/.*"file": "\([^"]*\)".*"sha256": "\([^"]*\)".*/\2  static\/vendor\/\1/p' \
    static/vendor/VENDOR.json | sha256sum --check --quiet
