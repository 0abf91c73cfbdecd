"""What answers of the API have in common, and odd texts to ask for."""

ODD = [
    "",
    " ",
    "..",
    "../../etc/passwd",
    "%2e%2e%2f",
    "' OR 1=1 --",
    "a;DROP TABLE rules",
    "\x00",
    "a\nb",
    "\ud800",
    "💥",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "$(reboot)",
    "x" * 5000,
    "null",
    "-1",
    "1e999",
]


def header(answer, name):
    """A header, whatever the case."""
    return {key.lower(): value for key, value in answer["headers"].items()}.get(name)


def is_problem(answer):
    """Whether the answer tells what went wrong, as RFC 9457 has it."""
    told = answer["json"]
    assert header(answer, "content-type") == "application/problem+json"
    assert told["status"] == answer["statusCode"]
    assert told["title"]
    assert told["detail"]
    assert told["correlation_id"]
    return True
