"""
A function sees its own settings and nothing of the emulator's.

Stock: a worker process inherits every variable of the emulator's process, its switches among them.
AWS: a function has the variables of its configuration and those that Lambda reserves.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html

The emulator is itself started with few variables (`local.stack`); this removes its own from the workers.
The endpoint stays: it is the one thing by which a function reaches the local stack.
"""

from ministack.core import lambda_runtime

from local.patches.replacing import replace_text

OF_THE_EMULATOR = (
    "AUTH",
    "BIND_HOST",
    "GATEWAY_PORT",
    "IOT_MTLS_ENABLED",
    "SFTP_ENABLED",
)

_UPDATE = "    os.environ.update(env)\n"


def apply() -> None:
    """Remove the emulator's own variables before a function's module is imported."""
    remove = f"    for _name in {OF_THE_EMULATOR!r}: os.environ.pop(_name, None)\n"
    lambda_runtime._PYTHON_WORKER_SCRIPT = replace_text(
        lambda_runtime._PYTHON_WORKER_SCRIPT, _UPDATE, remove + _UPDATE
    )
