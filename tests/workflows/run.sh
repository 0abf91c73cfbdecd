#!/bin/sh
# Run the jobs of ci.yml on this machine, in a clean clone of what is committed: run.sh ACT [JOB]
#
# Each step that runs a command is run as it is written. The actions are not: a clone is a checkout already, and
# Python is the one that is here. So of a matrix by Python one member is run, and every other matrix whole.
set -eu
act=$(realpath "$1") job=${2:-}
repository=$(git rev-parse --show-toplevel) work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

git clone --quiet --no-hardlinks "$repository" "$work/clone"
cd "$work/clone"
set -- pull_request --workflows .github/workflows/ci.yml --platform ubuntu-24.04=-self-hosted --pull=false
set -- "$@" --concurrent-jobs 1 --matrix python:3.11 ${job:+--job "$job"}
for action in $(sed -n 's/.*uses: \([A-Za-z0-9/_.-]*@[0-9a-f]*\) #.*/\1/p' .github/workflows/ci.yml | sort -u); do
    echo "not run: $action"
    set -- "$@" --local-repository "$action=$PWD/tests/workflows/nothing"
done
export UV_CACHE_DIR="${UV_CACHE_DIR:-$HOME/.cache/uv}" PIP_CACHE_DIR="${PIP_CACHE_DIR:-$HOME/.cache/pip}"
XDG_CACHE_HOME="$work/cache" "$act" "$@"
