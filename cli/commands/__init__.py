"""The commands: each module has NAME, HELP, `configure` for its arguments and `run`."""

from cli.commands import (
    completion,
    contract,
    costs,
    demo,
    doctor,
    down,
    get,
    ls,
    processor,
    profile,
    put,
    reconcile,
    replay,
    show,
    up,
    watch,
    webhooks,
)
from cli.commands import open as open_page

COMMANDS = (
    demo,
    up,
    down,
    put,
    ls,
    show,
    get,
    open_page,
    watch,
    profile,
    contract,
    replay,
    reconcile,
    webhooks,
    processor,
    costs,
    doctor,
    completion,
)
