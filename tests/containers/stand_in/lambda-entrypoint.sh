#!/bin/sh
# The way in of Amazon's base images: behind the runtime interface emulator, unless Lambda itself is there.
if [ $# -ne 1 ]; then
    echo "entrypoint requires the handler name to be the first argument" >&2
    exit 142
fi
export _HANDLER="$1"
[ -n "${AWS_LAMBDA_RUNTIME_API:-}" ] || exec /usr/local/bin/aws-lambda-rie /var/runtime/bootstrap
exec /var/runtime/bootstrap
