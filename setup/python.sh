#!/bin/sh
# Finds a Python for the set-up (3.11 to 3.13, with venv), then runs one of its commands.
here=$(cd "$(dirname "$0")" && pwd)
find_python() {
    for candidate in "$PYTHON" python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        [ -n "$candidate" ] && "$candidate" -c '
import sys, venv, ensurepip
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && return 0
    done
    return 1
}
if ! find_python && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Python through apt ..." >&2
    apt-get -qq update && apt-get -qq install -y --no-install-recommends python3 python3-venv >&2
fi
if ! find_python; then
    echo "FAILED: no Python 3.11 to 3.13 with the venv module" >&2
    echo "What to do: install it (Debian: apt-get install python3 python3-venv), or set PYTHON" >&2
    exit 1
fi
PYTHONPATH="$here" exec "$candidate" -m devkit "$@"
