"""Read a contract from its JSON document; one that is wrong is refused with the place of each fault."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sluice.contracts.contract import (
    DEFAULT_FALSE,
    DEFAULT_MISSING,
    DEFAULT_TRUE,
    Constraints,
    Contract,
    Field,
    Freshness,
    TableChecks,
)
from sluice.contracts.field_types import DATED, FORMATS, ORDERED, reader
from sluice.contracts.patterns import PatternRefusedError, automaton
from sluice.rules.versions import Problem

MOST_FIELDS = 5_000
MOST_ENUM = 10_000
MOST_MISSING_VALUES = 100
LONGEST_NAME = 1_000
SIZED = ("string", "object", "array")
DESCRIPTIVE = {"title", "description", "example", "rdfType", "$schema", "name", "profile"}
FIELD_KEYS = DESCRIPTIVE | {
    "type", "format", "constraints", "decimalChar", "groupChar", "bareNumber", "trueValues", "falseValues",
}  # fmt: skip
ONLY_FOR = {
    "decimalChar": ("number",), "groupChar": ("number", "integer"), "bareNumber": ("number", "integer"),
    "trueValues": ("boolean",), "falseValues": ("boolean",),
    "minimum": ORDERED, "maximum": ORDERED, "minLength": SIZED, "maxLength": SIZED,
    "pattern": ("string", "any"), "enum": tuple(kind for kind in FORMATS if kind not in ("object", "array")),
}  # fmt: skip
CONSTRAINTS = ("required", "unique", "minimum", "maximum", "minLength", "maxLength", "pattern", "enum")
CHECKS = ("rows", "missing", "invalid", "fresh", "extraColumns", "missingColumns", "columnOrder", "header")


class ContractRefusedError(Exception):
    """A document is no contract; *faults* are pairs of a JSON path and a sentence."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{path}: {message}" for path, message in faults))


def read_contract(document: Any) -> Contract:
    """
    Return the contract of *document*: `{"schema": {...}, "checks": {...}}`, or a Table Schema alone.

    Raises ContractRefusedError with every fault that was found.
    """
    reading = _Reading()
    contract = reading.contract(document)
    if reading.faults:
        raise ContractRefusedError(reading.faults)
    return contract


def contract_problems(document: Any) -> Sequence[Problem]:
    """Return what is wrong with a document, for the editor of contracts."""
    try:
        read_contract(document)
    except ContractRefusedError as error:
        return [Problem(path, message) for path, message in error.faults]
    return []


class _Reading:
    """Goes through a document and gathers faults; where there are any, what it returns is of no use."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []

    def fault(self, path: str, message: str) -> None:
        self.faults.append((path, message))

    def contract(self, document: Any) -> Contract:
        known = {"schema", "checks"} | DESCRIPTIVE
        if isinstance(document, Mapping) and "fields" in document:
            schema, path, checks = document, "$", {}
        else:
            document = self._object("$", document, known)
            schema, path, checks = document.get("schema"), "$.schema", document.get("checks", {})
        schema = self._object(path, schema, {"fields", "primaryKey", "missingValues"} | DESCRIPTIVE)
        fields = self._fields(f"{path}.fields", schema.get("fields"))
        names = {one.name for one in fields}
        return Contract(
            fields,
            self._primary_key(f"{path}.primaryKey", schema.get("primaryKey", []), names),
            self._missing_values(f"{path}.missingValues", schema.get("missingValues", list(DEFAULT_MISSING))),
            self._checks("$.checks", checks, {one.name: one for one in fields}),
        )

    def _object(self, path: str, value: Any, known: set[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.fault(path, "is not an object")
            return {}
        for name in value:
            if name not in known:
                self.fault(f"{path}.{name}", "is not known here")
        return value

    def _texts(self, path: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(path, "is not an array of strings")
            return ()
        return tuple(value)

    def _missing_values(self, path: str, value: Any) -> tuple[str, ...]:
        texts = self._texts(path, value)
        if len(texts) > MOST_MISSING_VALUES:
            self.fault(path, f"holds more than {MOST_MISSING_VALUES:,} texts")
        return texts

    def _fields(self, path: str, value: Any) -> tuple[Field, ...]:
        if not isinstance(value, list) or not 0 < len(value) <= MOST_FIELDS:
            self.fault(path, f"is not an array of 1 to {MOST_FIELDS:,} fields")
            return ()
        fields = [self._field(f"{path}[{i}]", item) for i, item in enumerate(value)]
        seen: set[str] = set()
        for i, one in enumerate(fields):
            if one.name and one.name in seen:
                self.fault(f"{path}[{i}].name", f"repeats the name {one.name!r}")
            seen.add(one.name)
        return tuple(fields)

    def _field(self, path: str, value: Any) -> Field:
        value = self._object(path, value, FIELD_KEYS)
        name, kind = value.get("name"), value.get("type", "string")
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
            self.fault(f"{path}.name", f"is not a string of 1 to {LONGEST_NAME:,} characters")
            name = ""
        if not isinstance(kind, str) or kind not in FORMATS:
            self.fault(f"{path}.type", f"is none of {', '.join(FORMATS)}")
            return Field(name)
        self._fitting(path, value, kind)
        field = Field(
            name,
            kind,
            self._format(f"{path}.format", kind, value.get("format", "default")),
            decimal_char=self._character(f"{path}.decimalChar", value.get("decimalChar", "."), least=1),
            group_char=self._character(f"{path}.groupChar", value.get("groupChar", "")),
            bare_number=self._bool(f"{path}.bareNumber", value.get("bareNumber", True)),
            true_values=self._texts(f"{path}.trueValues", value.get("trueValues", list(DEFAULT_TRUE))),
            false_values=self._texts(f"{path}.falseValues", value.get("falseValues", list(DEFAULT_FALSE))),
        )
        self._apart(path, field)
        constraints = self._constraints(f"{path}.constraints", value.get("constraints", {}), field)
        return replace(field, constraints=constraints)

    def _fitting(self, path: str, value: Mapping[str, Any], kind: str) -> None:
        for name, kinds in ONLY_FOR.items():
            if name in value and kind not in kinds:
                self.fault(f"{path}.{name}", f"is for {' or '.join(kinds)}, not for {kind}")

    def _apart(self, path: str, field: Field) -> None:
        if field.group_char and field.group_char == field.decimal_char:
            self.fault(f"{path}.groupChar", "is the decimalChar too")
        for i, text in enumerate(field.true_values):
            if text in field.false_values and field.type == "boolean":
                self.fault(f"{path}.trueValues[{i}]", "is among the falseValues too")

    def _format(self, path: str, kind: str, value: Any) -> str:
        if not isinstance(value, str):
            self.fault(path, "is not a string")
        elif value in FORMATS[kind]:
            return value
        elif kind in DATED and "%" in value:
            if not _works(value):
                self.fault(path, "is no format of strptime that reads what it writes")
            return value
        else:
            more = " or a format of strptime such as %d.%m.%Y" if kind in DATED else ""
            self.fault(path, f"is none of {', '.join(FORMATS[kind])}{more}")
        return "default"

    def _character(self, path: str, value: Any, least: int = 0) -> str:
        single = isinstance(value, str) and least <= len(value) <= 1
        if single and not value.isalnum() and value not in ("+", "-"):
            return str(value)
        self.fault(path, "is not a single character that no number has")
        return ""

    def _bool(self, path: str, value: Any) -> bool:
        if not isinstance(value, bool):
            self.fault(path, "is not true or false")
        return value is True

    def _count(self, path: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.fault(path, "is not a whole number of 0 or more")
            return 0
        return value

    def _constraints(self, path: str, value: Any, field: Field) -> Constraints:
        value = self._object(path, value, set(CONSTRAINTS))
        self._fitting(path, value, field.type)
        each: dict[str, Any] = {
            name: self._bool(f"{path}.{name}", value[name])
            for name in ("required", "unique")
            if name in value
        }
        for name, attribute in (("minLength", "min_length"), ("maxLength", "max_length")):
            if name in value:
                each[attribute] = self._count(f"{path}.{name}", value[name])
        for name in ("minimum", "maximum"):
            if name in value and field.type in ORDERED:
                each[name] = self._value(f"{path}.{name}", value[name], field)
        if "pattern" in value:
            each["pattern"] = self._pattern(f"{path}.pattern", value["pattern"])
        if "enum" in value:
            each["enum"] = self._enum(f"{path}.enum", value["enum"], field)
        self._ordered(path, each)
        return Constraints(**each)

    def _ordered(self, path: str, each: Mapping[str, Any]) -> None:
        for least, most, name in (
            ("minimum", "maximum", "maximum"),
            ("min_length", "max_length", "maxLength"),
        ):
            low, high = each.get(least), each.get(most)
            if low is not None and high is not None and high < low:
                self.fault(f"{path}.{name}", "is below its lower bound")

    def _value(self, path: str, value: Any, field: Field) -> Any:
        """Read a bound or a member of an enum: JSON of the field's type, or a cell's text."""
        try:
            if field.type in ("integer", "number") and not isinstance(value, str | bool):
                field = Field(field.name, field.type)
            text = value if isinstance(value, str) else _as_text(value, field)
            read = reader(field)(text)
        except ValueError:
            self.fault(path, f"is no {field.type} as the field has it")
            return None
        if read != read:  # noqa: PLR0124 - NaN
            self.fault(path, "is NaN, which equals nothing")
        return read

    def _enum(self, path: str, value: Any, field: Field) -> tuple[Any, ...]:
        if not isinstance(value, list) or not 0 < len(value) <= MOST_ENUM:
            self.fault(path, f"is not an array of 1 to {MOST_ENUM:,} values")
            return ()
        return tuple(self._value(f"{path}[{i}]", item, field) for i, item in enumerate(value))

    def _pattern(self, path: str, value: Any) -> str | None:
        if not isinstance(value, str):
            self.fault(path, "is not a string")
            return None
        try:
            automaton(value)
        except PatternRefusedError as error:
            self.fault(path, str(error))
        return value

    def _primary_key(self, path: str, value: Any, names: set[str]) -> tuple[str, ...]:
        listed = [value] if isinstance(value, str) else value
        for i, name in enumerate(self._texts(path, listed)):
            place = path if isinstance(value, str) else f"{path}[{i}]"
            if name not in names:
                self.fault(place, f"names no field: {name!r}")
            elif name in listed[:i]:
                self.fault(place, f"repeats {name!r}")
        return tuple(listed) if isinstance(listed, list) else ()

    def _checks(self, path: str, value: Any, fields: Mapping[str, Field]) -> TableChecks:
        value = self._object(path, value, set(CHECKS))
        rows = self._object(f"{path}.rows", value.get("rows", {}), {"minimum", "maximum"})
        least = self._count(f"{path}.rows.minimum", rows.get("minimum", 0))
        most = self._count(f"{path}.rows.maximum", rows["maximum"]) if "maximum" in rows else None
        if most is not None and most < least:
            self.fault(f"{path}.rows.maximum", "is below its lower bound")
        missing = self._shares(f"{path}.missing", value.get("missing", {}), fields)
        for name in missing:
            if fields[name].constraints.required:
                self.fault(f"{path}.missing.{name}", "allows what the field's `required` does not")
        return TableChecks(
            least,
            most,
            missing,
            self._shares(f"{path}.invalid", value.get("invalid", {}), fields),
            self._fresh(f"{path}.fresh", value["fresh"], fields) if "fresh" in value else None,
            extra_columns=self._word(path, value, "extraColumns", ("refuse", "allow")) == "allow",
            missing_columns=self._word(path, value, "missingColumns", ("refuse", "allow")) == "allow",
            ordered=self._word(path, value, "columnOrder", ("any", "same")) == "same",
            header=self._bool(f"{path}.header", value.get("header", True)),
        )

    def _word(self, path: str, value: Mapping[str, Any], name: str, words: tuple[str, str]) -> str:
        word = value.get(name, words[0])
        if word not in words:
            self.fault(f"{path}.{name}", f"is neither {words[0]} nor {words[1]}")
        return str(word)

    def _shares(self, path: str, value: Any, fields: Mapping[str, Field]) -> dict[str, float]:
        shares = self._object(path, value, set(fields))
        for name, share in shares.items():
            if not _is_number(share) or not 0 <= share <= 1:
                self.fault(f"{path}.{name}", "is not a share from 0 to 1")
        return {name: share for name, share in shares.items() if name in fields}

    def _fresh(self, path: str, value: Any, fields: Mapping[str, Field]) -> Freshness | None:
        value = self._object(path, value, {"field", "days"})
        name, days = value.get("field"), value.get("days")
        if not isinstance(name, str) or name not in fields:
            self.fault(f"{path}.field", "names no field")
        elif fields[name].type not in ("date", "datetime"):
            self.fault(f"{path}.field", "names a field that is neither date nor datetime")
        if not _is_number(days) or not 0 < days <= 36_525:  # noqa: PLR2004 - a century
            self.fault(f"{path}.days", "is not a number above 0 and at most 36,525")
            return None
        return Freshness(str(name), days)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_text(value: Any, field: Field) -> str:
    if field.type == "boolean" and isinstance(value, bool):
        return next(iter(field.true_values if value else field.false_values), "")
    if field.type in ("integer", "number", "year") and _is_number(value):
        return repr(value)
    raise ValueError(value)


def _works(pattern: str) -> bool:
    """Tell whether strptime reads what strftime writes with this format."""
    moment = datetime(2001, 12, 31, 23, 58, 59)  # noqa: DTZ001 - a format need not have a zone
    try:
        datetime.strptime(moment.strftime(pattern), pattern)  # noqa: DTZ007
    except (ValueError, UnicodeError):
        return False
    return True
