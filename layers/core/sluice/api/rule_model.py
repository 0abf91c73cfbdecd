"""A rule as people write it; docs/schemas/rule.schema.json is made from it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, SkipValidation, ValidationError

from sluice.api.texts import Id, KeyPart, Line, Model, Whole
from sluice.api.versioned import Change
from sluice.rules.versions import Problem

TIB = 1024**4
MAX_SIZE = 50 * TIB  # of an object (Amazon S3 user guide, "Uploading objects")

Size = Annotated[int, Field(ge=0, le=MAX_SIZE, description="Bytes, inclusive", strict=True), Whole]
Suffix = Annotated[str, Field(min_length=1, max_length=100, description="End of the key, whatever the case")]
OutcomeName = Literal["success", "error", "failed", "skipped"]
ContentType = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9!#$&^_.+-]{1,127}/(\*|[A-Za-z0-9!#$&^_.+-]{1,127})$",
        description="As the sender declared it, without parameters; `image/*` stands for all images",
    ),
]


class MatchModel(Model):
    """The files that a rule decides about: those that meet every condition that is set."""

    prefix: KeyPart = Field("", description="The key begins with it")
    suffixes: Annotated[list[Suffix], Field(max_length=50)] = Field(
        [], description="The key ends with one of them"
    )
    glob: KeyPart = Field("", description="The whole key looks like it; `*` also matches slashes")
    min_size: Size | None = None
    max_size: Size | None = None
    content_types: Annotated[list[ContentType], Field(max_length=50)] = Field(
        [], description="Costs one request to S3 for each file that meets the other conditions"
    )


Processor = Annotated[
    Literal["profile_csv", "process_image", "inspect_file", "custom"] | None,
    Field(description="null skips the file: recorded with `reason`, not processed"),
]
Notices = Annotated[
    dict[OutcomeName, Literal["mail", "digest", "none"]],
    Field(description="How people hear of each outcome, where that differs from the default"),
]


class RuleModel(Model):
    """Which files go to which processor, how, and in which lane they wait."""

    name: Line = Field(min_length=1, description="What people call it")
    match: MatchModel = MatchModel()
    priority: Annotated[int, Field(ge=0, le=1000, strict=True), Whole] = Field(
        100, description="The lowest number decides; between equals, the id"
    )
    enabled: Annotated[bool, Field(strict=True)] = True
    processor: Processor = None
    lane: Id = Field("other", description="The queue that the files wait in")
    options: dict[Annotated[str, Field(max_length=100)], JsonValue] = Field(
        {}, description="What the processor is told beside the file"
    )
    contract: Id | None = Field(None, description="What tables are held against, in its latest version")
    notifications: Notices = Field({})
    reason: Line = Field("", description="Why files are skipped, in a sentence")


def problems_of(error: ValidationError) -> Sequence[Problem]:
    """Return what pydantic found, without the values: they may be secrets, or long."""
    return [
        Problem(".".join(map(str, each["loc"])), each["msg"])
        for each in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def read_rule(document: Any) -> dict[str, Any] | Sequence[Problem]:
    """Return *document* with every default written out, or what is wrong with its shape."""
    try:
        return RuleModel.model_validate(document).to_json()
    except ValidationError as error:
        return problems_of(error)


def rule_schema() -> Mapping[str, Any]:
    """Return the JSON Schema of a rule."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Rule"}
    return RuleModel.model_json_schema(mode="validation") | dialect


class NewRule(RuleModel):
    """A rule that is not there yet."""

    id: Id | None = Field(None, description="Made from the name where none is given")


def _known_conditions(match: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in match.items() if name in MatchModel.model_fields}


class StoredRule(RuleModel, Change):
    """One version of a rule; a later release may have stored more, and named what this one has not."""

    model_config = ConfigDict(extra="ignore")

    id: Id
    match: Annotated[MatchModel, BeforeValidator(_known_conditions)] = MatchModel()
    processor: SkipValidation[Processor] = None
    notifications: SkipValidation[Notices] = Field({})


class RuleList(Model):
    """All rules."""

    rules: list[StoredRule]


class RuleHistory(Model):
    """The versions of one rule, newest first."""

    versions: list[Change]


class Trial(Model):
    """A file that may not exist, and a rule that may not be stored."""

    key: KeyPart = Field(min_length=1)
    size: Annotated[int, Field(ge=0, strict=True), Whole] = Field(0, description="Bytes")
    content_type: Annotated[str, Field(max_length=255)] = ""
    rule: NewRule | None = Field(None, description="Tried as if it were stored")


class Decision(Model):
    """What would become of the file."""

    decides: Id = Field(description="The rule that decides")
    matches: list[Id] = Field(
        description="Every enabled rule that matches, in the order in which they decide"
    )
