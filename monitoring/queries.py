"""What is done with logs: saved queries and, by parameter, a copy of every line elsewhere."""

from typing import Any

from monitoring.links import Links

# What is asked, by name; every function logs JSON with these fields.
QUERIES = {
    "errors": """fields @timestamp, service, message, exception_name, file_id, correlation_id
| filter level in ["ERROR", "CRITICAL"] or @message like /Task timed out/
| sort @timestamp desc
| limit 100""",
    "one-file": """fields @timestamp, service, level, message, status, error_message
| filter correlation_id = "PUT THE CORRELATION ID HERE" or file_id = "OR THE FILE ID"
| sort @timestamp
| limit 500""",
    "outcomes": """filter message = "file processed"
| stats count(*) as files, sum(size) as bytes by status, service, bin(1h)
| sort bin(1h) desc""",
    "error-messages": """filter message = "file processed" and status = "error"
| stats count(*) as files by error_message
| sort files desc
| limit 50""",
    "faults": """filter ispresent(exception_name)
| stats count(*) as times, latest(@timestamp) as newest by service, message, exception_name
| sort times desc""",
    "cold-starts": """filter @type = "REPORT"
| stats count(*) as invocations, count(@initDuration) as cold, avg(@initDuration) as start_ms,
  pct(@duration, 99) as p99_ms, max(@maxMemoryUsed) / 1000 / 1000 as most_mb by @log""",
}


def of_all(links: Links) -> dict[str, Any]:
    """Return the saved queries by logical id."""
    groups = [{"Ref": function.log_group} for function in links.functions]
    return {
        f"Query{''.join(word.capitalize() for word in name.split('-'))}": {
            "Type": "AWS::Logs::QueryDefinition",
            "Properties": {
                "Name": {"Fn::Sub": f"${{Application}}/{name}"},
                "LogGroupNames": groups,
                "QueryString": query,
            },
        }
        for name, query in QUERIES.items()
    }


def forwarded(links: Links) -> dict[str, Any]:
    """Return what sends every function's log lines to another destination, by logical id."""
    return {
        f"{function.title}LogsForwarded": {
            "Type": "AWS::Logs::SubscriptionFilter",
            "Condition": "HasLogDestination",
            "Properties": {
                "LogGroupName": {"Ref": function.log_group},
                "FilterPattern": "",
                "DestinationArn": {"Ref": "LogDestinationArn"},
            },
        }
        for function in links.functions
    }
