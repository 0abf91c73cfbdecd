"""
Tell the scanner which cells of a field are certainly right, so that only the others are judged in Python.

A plan is bytes that layers/core/native/checks.c reads. What it passes, `FieldCheck.faults` passes too; a
test holds the two against each other.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sluice.contracts.contract import Field
from sluice.contracts.field_checking import FieldCheck
from sluice.contracts.lexical_forms import LEXICAL, ZONELESS, lexical
from sluice.contracts.patterns import automaton
from sluice.contracts.plan_encoding import (
    ANY_LENGTH,
    BY_VALUE,
    CLOSED,
    HIGH,
    HIGH_SHORT,
    INTEGER,
    JUDGE,
    LENGTH,
    LOW,
    LOW_SHORT,
    NUMBER,
    REQUIRED,
    TEXT_HIGH,
    TEXT_LOW,
    TRIMMED,
    Plan,
)

SHORT_DIGITS = 15  # decimals of so many digits have doubles of their own


def plan_of(check: FieldCheck, *, judge: bool = False) -> bytes:
    """Return the plan of a field; with *judge* every cell is handed out."""
    flags = _flags(check.field)
    plan = Plan(flags | (REQUIRED if check.required else 0), check.missing_values)
    if judge or not _planned(plan, check):
        plan.flags |= JUDGE
    return plan.encoded()


def _is_plain(field: Field) -> bool:
    """Tell whether numbers are written as the scanner reads them."""
    return field.bare_number and not field.group_char and field.decimal_char == "."


def _flags(field: Field) -> int:
    flags = 0 if field.type in ("string", "any") else TRIMMED
    return flags | (BY_VALUE if field.type in ("integer", "number") and _is_plain(field) else 0)


def _planned(plan: Plan, check: FieldCheck) -> bool:
    """Fill the plan; False if the field takes more than a plan can say."""
    field = check.field
    if field.constraints.enum is not None or field.type == "boolean":
        return _closed(plan, check)
    if field.type in ("integer", "number"):
        return _is_plain(field) and _numeric(plan, field)
    if field.type == "any" or (field.type == "string" and field.format == "default"):
        return _textual(plan, field)
    shape = lexical(field)
    if shape is None:
        return False
    zoned = field.type == "datetime" and not _is_unbounded(field)
    plan.automata.append(automaton(ZONELESS if zoned else shape))
    return _ordered(plan, field) and _textual(plan, field)


def _is_unbounded(field: Field) -> bool:
    return field.constraints.minimum is None and field.constraints.maximum is None


def _closed(plan: Plan, check: FieldCheck) -> bool:
    field = check.field
    values = (
        field.true_values + field.false_values if field.type == "boolean" else field.constraints.enum or ()
    )
    plan.flags |= CLOSED
    plan.texts = sorted({text for value in values for text in _spellings(value) if not check.faults(text)})
    return True


def _spellings(value: Any) -> Iterable[str]:
    """Return the texts by which a value is likely to be written."""
    if isinstance(value, Decimal):
        return (str(value), format(value, "f")) if value.is_finite() else (str(value),)
    if isinstance(value, (date, datetime, time)):
        return (value.isoformat(),)
    return (str(value),)


def _numeric(plan: Plan, field: Field) -> bool:
    plan.flags |= NUMBER | (INTEGER if field.type == "integer" else 0)
    limits = ((field.constraints.minimum, LOW, LOW_SHORT), (field.constraints.maximum, HIGH, HIGH_SHORT))
    for place, (bound, flag, short) in enumerate(limits):
        if bound is not None:
            exact = Decimal(bound)
            plan.flags |= flag | (short if len(exact.normalize().as_tuple().digits) <= SHORT_DIGITS else 0)
            plan.bounds[place] = _double(exact)
    if _is_unbounded(field):
        plan.automata.append(automaton(LEXICAL[field.type]))  # for numbers that are long or have an exponent
    return True


def _double(exact: Decimal) -> float:
    try:
        return float(exact)
    except OverflowError:
        return float("inf") if exact > 0 else float("-inf")


def _textual(plan: Plan, field: Field) -> bool:
    limits = field.constraints
    if limits.min_length is not None or limits.max_length is not None:
        most = ANY_LENGTH if limits.max_length is None else min(limits.max_length, ANY_LENGTH)
        plan.flags |= LENGTH
        plan.lengths = (min(limits.min_length or 0, ANY_LENGTH), most)
    if limits.pattern is not None:
        plan.automata.append(automaton(limits.pattern))
    return True


def _ordered(plan: Plan, field: Field) -> bool:
    """Set the bounds of a type whose texts stand in the order of their values."""
    for place, (bound, flag) in enumerate(
        ((field.constraints.minimum, TEXT_LOW), (field.constraints.maximum, TEXT_HIGH))
    ):
        if bound is None:
            continue
        if isinstance(bound, datetime):
            bound = bound.astimezone(UTC).replace(tzinfo=None)  # noqa: PLW2901
            if bound.microsecond:
                return False
        plan.flags |= flag
        plan.text_bounds[place] = bound if isinstance(bound, str) else bound.isoformat()
    return True
