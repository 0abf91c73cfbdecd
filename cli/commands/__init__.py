"""The commands: each module has NAME, HELP, `configure` for its arguments and `run`."""

from cli.commands import costs, demo, down, ls, put, replay, show, up, watch, webhooks

COMMANDS = (demo, up, down, put, ls, show, watch, replay, webhooks, costs)
