#!/bin/sh
# Make one virtual environment that holds exactly what a lock file says: environment.sh PYTHON FOLDER LOCK [PROJECT]
#
# With PROJECT, the commands of its pyproject.toml are there too, and run from its sources.
# The stamp FOLDER/.complete is written last, so an environment that was cut short is made again.
# Every failure ends in one sentence; the whole output of pip and uv is in FOLDER.log.
set -eu
python=$1 folder=$2 lock=$3 project=${4:-} log=$2.log

fail() {
    echo "$1" >&2
    exit 1
}

command -v "$python" >/dev/null || fail "Sluice needs Python 3.11 or later, and there is no $python here."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Sluice needs Python 3.11 or later, and $python is $("$python" -V 2>&1): name another one, as in make PYTHON=python3.12."
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "$python lacks its venv module: install it (on Debian and Ubuntu: apt install python3-venv)."

echo "Making $folder from $lock ..."
rm -rf "$folder"
{
    "$python" -m venv "$folder" &&
        "$folder/bin/python" -m pip install --quiet --retries 2 --require-hashes --requirement requirements/bootstrap.txt &&
        "$folder/bin/uv" pip sync --quiet --require-hashes --python "$folder" "$lock" &&
        { [ -z "$project" ] || "$folder/bin/uv" pip install --quiet --offline --no-deps --no-build-isolation --python "$folder" --editable "$project"; }
} >"$log" 2>&1 || {
    tail -n 3 "$log" >&2
    rm -rf "$folder"
    fail "The packages of $lock could not be installed: is this machine on a network? All that was said is in $log."
}
rm -f "$log"
touch "$folder/.complete"
