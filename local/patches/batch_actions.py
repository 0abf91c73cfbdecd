"""
A call for several messages needs the permission for one.

Stock: a role must allow sns:PublishBatch, sqs:SendMessageBatch and so on.
AWS: there are no such permissions; sns:Publish and sqs:SendMessage cover both calls.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
"""

from typing import Any

from ministack.core import iam_actions

from local.patches.replacing import wrap

SINGLE = {
    "sns:PublishBatch": "sns:Publish",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}


def apply() -> None:
    """Ask for the permission that AWS asks for."""
    wrap(iam_actions, "extract_iam_action", _as_single)


def _as_single(extract: Any) -> Any:
    def extract_single(*request: Any, **named: Any) -> Any:
        action = extract(*request, **named)
        return SINGLE.get(action, action)

    return extract_single
