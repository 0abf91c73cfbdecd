"""
What an hour costs, estimated from metrics: requests, computing, transitions, capacity of tables.

At the prices of `sluice.prices`: us-east-1, arm64, without free tier. `sluice costs` says what a file costs.
"""

from typing import Any

from monitoring.links import Links
from sluice import prices

TRANSITIONS_OF_A_BATCH = 4  # states entered, counted by `make bench-pipeline`
CALLS_OF_A_MESSAGE = 3  # sent, received, deleted


def hourly_cost(links: Links) -> list[list[Any]]:
    """Return the series of the estimate: parts stay hidden, sums by service are drawn."""
    hidden: list[list[Any]] = []
    sums: dict[str, list[str]] = {"Lambda": [], "Step Functions": [], "DynamoDB": [], "SQS": []}

    def add(part: str, price: str, *source: str, stat: str = "Sum") -> None:
        name = f"c{len(hidden)}"
        hidden.append([*source, {"id": name, "visible": False, "stat": stat}])
        sums[part].append(f"FILL({name}, 0) * {price}")

    for function in links.functions:
        dimension = ("FunctionName", f"${{{function.name}}}")
        gigabytes = function.memory / 1024
        add("Lambda", f"{prices.LAMBDA_REQUEST:.10f}", "AWS/Lambda", "Invocations", *dimension)
        add(
            "Lambda",
            f"{gigabytes} * {prices.LAMBDA_GB_SECOND['arm64']:.10f} / 1000",
            "AWS/Lambda",
            "Duration",
            *dimension,
        )
    for machine in links.machines:
        price = f"{prices.STATE_TRANSITION * TRANSITIONS_OF_A_BATCH:.10f}"
        add("Step Functions", price, "AWS/States", "ExecutionsStarted", "StateMachineArn", f"${{{machine}}}")
    for table in links.tables:
        dimension = ("TableName", f"${{{table}}}")
        add(
            "DynamoDB",
            f"{prices.DYNAMODB_READ:.10f}",
            "AWS/DynamoDB",
            "ConsumedReadCapacityUnits",
            *dimension,
        )
        add(
            "DynamoDB",
            f"{prices.DYNAMODB_WRITE:.10f}",
            "AWS/DynamoDB",
            "ConsumedWriteCapacityUnits",
            *dimension,
        )
    for queue in links.work_queues:
        price = f"{prices.SQS_REQUEST * CALLS_OF_A_MESSAGE:.10f}"
        add("SQS", price, "AWS/SQS", "NumberOfMessagesSent", "QueueName", f"${{{queue}}}")
    drawn = [
        [{"expression": " + ".join(parts), "id": f"cost{n}", "label": part}]
        for n, (part, parts) in enumerate(sums.items())
        if parts
    ]
    return [*hidden, *drawn]
