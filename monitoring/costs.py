"""
What an hour costs, estimated from metrics: requests, computing, transitions, capacity of tables.

List prices of us-east-1 without free tier, in US$, November 2026 to the best of our knowledge; arm64.
https://aws.amazon.com/lambda/pricing/, /step-functions/pricing/, /dynamodb/pricing/on-demand/, /sqs/pricing/
"""

from typing import Any

from monitoring.links import Links

REQUEST = 0.20 / 1e6
GIGABYTE_SECOND = 0.0000133334
TRANSITION = 25 / 1e6
TRANSITIONS_OF_A_BATCH = 5
READ_UNIT, WRITE_UNIT = 0.125 / 1e6, 0.625 / 1e6
MESSAGE = 0.40 / 1e6
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
        add("Lambda", f"{REQUEST:.10f}", "AWS/Lambda", "Invocations", *dimension)
        add("Lambda", f"{gigabytes} * {GIGABYTE_SECOND:.10f} / 1000", "AWS/Lambda", "Duration", *dimension)
    for machine in links.machines:
        price = f"{TRANSITION * TRANSITIONS_OF_A_BATCH:.10f}"
        add("Step Functions", price, "AWS/States", "ExecutionsStarted", "StateMachineArn", f"${{{machine}}}")
    for table in links.tables:
        dimension = ("TableName", f"${{{table}}}")
        add("DynamoDB", f"{READ_UNIT:.10f}", "AWS/DynamoDB", "ConsumedReadCapacityUnits", *dimension)
        add("DynamoDB", f"{WRITE_UNIT:.10f}", "AWS/DynamoDB", "ConsumedWriteCapacityUnits", *dimension)
    for queue in links.work_queues:
        price = f"{MESSAGE * CALLS_OF_A_MESSAGE:.10f}"
        add("SQS", price, "AWS/SQS", "NumberOfMessagesSent", "QueueName", f"${{{queue}}}")
    drawn = [
        [{"expression": " + ".join(parts), "id": f"cost{n}", "label": part}]
        for n, (part, parts) in enumerate(sums.items())
        if parts
    ]
    return [*hidden, *drawn]
