"""Where messages wait, and where they go when nobody can take them."""

from collections.abc import Iterator

from tests.template.cloudformation import target
from tests.template.stack import Stack

DEFAULT_RETENTION = 345_600  # seconds; SQS keeps messages for 4 days unless told otherwise
DEFAULT_VISIBILITY = 30  # seconds
DEFAULT_TIMEOUT = 3  # seconds; Lambda's
TIMEOUTS_PER_VISIBILITY = 6  # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html


def redrive_of_queues(stack: Stack) -> Iterator[str]:
    """Every queue that an event rule, a topic or an event source uses has dead letters."""
    queues = stack.of_type("AWS::SQS::Queue")
    for name in sorted(_receiving(stack) & queues.keys()):
        if "RedrivePolicy" not in queues[name]:
            yield f"{name} receives events and has no dead letters"


def _receiving(stack: Stack) -> set[str | None]:
    rules = stack.of_type("AWS::Events::Rule").values()
    targets = {target(aim["Arn"]) for rule in rules for aim in rule.get("Targets", [])}
    sources = {target(source.get("EventSourceArn")) for source in _event_sources(stack).values()}
    topics = {target(topic.get("Endpoint")) for topic in stack.of_type("AWS::SNS::Subscription").values()}
    return targets | sources | topics


def _event_sources(stack: Stack) -> dict[str, dict]:
    return stack.of_type("AWS::Lambda::EventSourceMapping")


def retention_of_dead_letters(stack: Stack) -> Iterator[str]:
    """Dead letters keep at least as long as their source, because they age from their first sending."""
    queues = stack.of_type("AWS::SQS::Queue")
    for name, queue in queues.items():
        letters = target(queue.get("RedrivePolicy", {}).get("deadLetterTargetArn"))
        if letters in queues and _retention(queues[letters]) < _retention(queue):
            yield f"{letters} forgets before its source {name} would"


def _retention(queue: dict) -> int:
    return int(queue.get("MessageRetentionPeriod", DEFAULT_RETENTION))


def visibility_of_queues(stack: Stack) -> Iterator[str]:
    """A message stays hidden for six timeouts of the function that takes it, and the batching window."""
    queues = stack.of_type("AWS::SQS::Queue")
    functions = stack.of_type("AWS::Lambda::Function")
    for source in _event_sources(stack).values():
        queue, function = target(source.get("EventSourceArn")), _function_of(stack, source)
        if queue in queues:
            timeout = int(functions[function].get("Timeout", DEFAULT_TIMEOUT))
            wanted = TIMEOUTS_PER_VISIBILITY * timeout + int(source.get("MaximumBatchingWindowInSeconds", 0))
            if int(queues[queue].get("VisibilityTimeout", DEFAULT_VISIBILITY)) < wanted:
                yield f"{queue} may show messages again while {function} works on them: {wanted} s are needed"


def _function_of(stack: Stack, source: dict) -> str:
    """Return the function behind an event source, which SAM points at the function's alias."""
    name = target(source["FunctionName"])
    alias = stack.of_type("AWS::Lambda::Alias").get(name)
    return target(alias["FunctionName"]) if alias else name


def partial_batch_responses(stack: Stack) -> Iterator[str]:
    """Every event source lets its function return the messages that it could not handle."""
    for name, source in _event_sources(stack).items():
        if "ReportBatchItemFailures" not in source.get("FunctionResponseTypes", []):
            yield f"{name} repeats a whole batch for one bad message"


def dead_letters_of_rules(stack: Stack) -> Iterator[str]:
    """Every target of every event rule has dead letters for what cannot be delivered."""
    for name, rule in stack.of_type("AWS::Events::Rule").items():
        for aim in rule.get("Targets", []):
            if target(aim.get("DeadLetterConfig", {}).get("Arn")) not in stack.of_type("AWS::SQS::Queue"):
                yield f"{name} drops what it cannot deliver to {aim['Id']}"
