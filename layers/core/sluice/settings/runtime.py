"""What Lambda itself sets."""

from dataclasses import dataclass

from sluice.settings.base import Settings, variable


@dataclass(frozen=True, slots=True)
class RuntimeSettings(Settings):
    """What Lambda itself sets in every function."""

    aws_lambda_function_memory_size: int = variable(int)
    """MiB."""
