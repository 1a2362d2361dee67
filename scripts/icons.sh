#!/bin/sh
# Rebuilds static/icons/icons.svg: one sprite of the Lucide icons that the pages use.
# Usage: scripts/icons.sh [folder of an unpacked lucide-static]
# Without the folder, the pinned package is fetched from npm.
set -eu
VERSION=1.62.0
ICONS="arrow-left arrow-left-right bell bell-ring check chevron-down circle-alert circle-check
contact-round circle-minus circle-slash clock delete ear-off ellipsis grip headset history info keyboard
languages layout-grid log-out menu mic mic-off monitor monitor-smartphone moon notebook-pen
pause phone phone-call phone-forwarded phone-incoming phone-missed phone-off phone-outgoing
play search shield signal-high sliders-horizontal sun-moon triangle-alert undo-2 unplug users
volume-2 wifi-off x"

cd "$(dirname "$0")/.."
package=${1:-}
if [ -z "$package" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    (cd "$folder" && npm pack --silent "lucide-static@$VERSION" >/dev/null &&
        tar xzf "lucide-static-$VERSION.tgz")
    package=$folder/package
fi
if ! grep -q "\"version\": \"$VERSION\"" "$package/package.json"; then
    echo "$package is not lucide-static $VERSION" >&2
    exit 1
fi

sprite=static/icons/icons.svg
{
    echo '<svg xmlns="http://www.w3.org/2000/svg">'
    echo "<!-- Lucide $VERSION, ISC licence (LICENSE beside this file)." \
        "Made by scripts/icons.sh. -->"
    for name in $ICONS; do
        shapes=$(sed -n '/^>/,/^<\/svg>/p' "$package/icons/$name.svg" |
            sed '1d;$d' | sed 's/^ *//' | tr -d '\n')
        echo "<symbol id=\"$name\" viewBox=\"0 0 24 24\">$shapes</symbol>"
    done
    echo '</svg>'
} > "$sprite"
cp "$package/LICENSE" static/icons/LICENSE
