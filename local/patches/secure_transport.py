"""
A request to the local stack counts as one over TLS.

Stock: requests over HTTP are insecure, so a bucket that refuses insecure transport refuses every function.
AWS: the SDKs speak HTTPS, and such a policy is what every guide asks for.
https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-ssl-requests-only.html

The emulator listens on this machine's loopback only, where there is nothing for TLS to protect.
"""

from typing import Any

from ministack.core import iam_evaluator

from local.patches.replacing import wrap


def apply() -> None:
    """Answer the condition key as HTTPS would."""
    wrap(iam_evaluator, "_resolve_condition_key", _as_if_over_tls)


def _as_if_over_tls(resolve: Any) -> Any:
    def resolve_as_if_over_tls(key: str, context: Any) -> Any:
        return "true" if key.lower() == "aws:securetransport" else resolve(key, context)

    return resolve_as_if_over_tls
