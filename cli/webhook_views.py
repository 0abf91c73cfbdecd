"""How webhooks and their deliveries look on a terminal, and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.text import Text

from cli.console import console
from cli.views import plain_table
from sluice.webhooks.records import Attempt, Delivery, Webhook
from sluice.webhooks.wishes import WithSecret

Answer = WithSecret | Webhook | Delivery | Sequence[Webhook] | Sequence[Attempt] | None
"""What the use cases of webhooks return; None where one is deleted."""

WEBHOOK_HEADINGS = ("Id", "Address", "Events", "State")
ATTEMPT_HEADINGS = ("At (UTC)", "Event", "Id", "Attempt", "Result", "Answer", "ms", "Next")


def plain(answer: Answer) -> Any:
    """Return an answer as JSON holds it."""
    if answer is None:
        return {"deleted": True}
    if isinstance(answer, WithSecret):
        return _plain_record(answer.webhook) | {"secret": answer.secret}
    if isinstance(answer, Sequence):
        return [_plain_record(item) for item in answer]
    return _plain_record(answer)


def _plain_record(record: Webhook | Delivery | Attempt) -> dict[str, Any]:
    facts = asdict(record).items()
    return {name: fact.isoformat() if isinstance(fact, datetime) else fact for name, fact in facts}


def print_answer(answer: Answer) -> None:
    """Print what came of a verb."""
    match answer:
        case None:
            console.print("Deleted.")
        case WithSecret():
            _print_webhook(answer.webhook)
            console.print(f"\n{answer.secret}\n", markup=False)
            console.print("This is its secret. It is not shown again.")
        case Webhook():
            _print_webhook(answer)
        case Delivery():
            console.print(
                f"Queued as {answer.event_id}: see `sluice webhooks deliveries {answer.webhook_id}`."
            )
        case _:
            _print_list(answer)


def _print_webhook(webhook: Webhook) -> None:
    state = "enabled" if webhook.enabled else f"disabled {webhook.disabled_reason}".strip()
    console.print(f"{webhook.id}  {state}", markup=False)
    console.print(f"{webhook.url}  {', '.join(webhook.events) or 'all events'}", markup=False)
    if webhook.description:
        console.print(webhook.description, markup=False)


def _print_list(listed: Sequence[Webhook | Attempt]) -> None:
    if not listed:
        console.print("There are none.")
        return
    headings = WEBHOOK_HEADINGS if isinstance(listed[0], Webhook) else ATTEMPT_HEADINGS
    table = plain_table(*headings)
    for item in listed:
        cells = _webhook_cells(item) if isinstance(item, Webhook) else _attempt_cells(item)
        table.add_row(*map(Text, cells))
    console.print(table)


def _webhook_cells(webhook: Webhook) -> Sequence[str]:
    state = "enabled" if webhook.enabled else webhook.disabled_reason or "disabled"
    return webhook.id, webhook.url, ", ".join(webhook.events) or "all", state


def _attempt_cells(attempt: Attempt) -> Sequence[str]:
    return (
        f"{attempt.at:%Y-%m-%d %H:%M:%S}",
        attempt.event,
        attempt.event_id,
        str(attempt.attempt),
        attempt.result,
        f"{attempt.status or ''} {attempt.reason}".strip(),
        str(attempt.milliseconds),
        f"{attempt.next_at:%m-%d %H:%M:%S}" if attempt.next_at else "",
    )
