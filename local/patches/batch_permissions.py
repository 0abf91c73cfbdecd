"""
A batch request to a queue or a topic needs the permission of the single request.

Stock: `SendMessageBatch` needs an action `sqs:SendMessageBatch`, which IAM does not know; so does
`PublishBatch`.
AWS: "granting sqs:SendMessage automatically grants SendMessageBatch", and so for deleting and visibility.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
"""

from typing import Any

from ministack.core import iam_actions

from local.patches.replacing import wrap

SINGLE = {
    f"sqs:{action}Batch": f"sqs:{action}"
    for action in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")
} | {"sns:PublishBatch": "sns:Publish"}


def apply() -> None:
    """Ask for the action of the single request."""
    wrap(iam_actions, "extract_iam_action", _of_the_single_request)


def _of_the_single_request(extract: Any) -> Any:
    def extract_of_the_single_request(*args: Any, **kwargs: Any) -> str | None:
        action = extract(*args, **kwargs)
        return SINGLE.get(action, action)

    return extract_of_the_single_request
