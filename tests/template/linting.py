"""cfn-lint as the checks use it, and every finding that is let pass, with its reason."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cfnlint.api import lint
from cfnlint.config import ManualArgs

from tests.template.cloudformation import Template

REGIONS = ["eu-central-1", "us-east-1"]


@dataclass(frozen=True)
class Finding:
    """What the linter says, and where: the path in the template."""

    rule: str
    place: str
    message: str


@dataclass(frozen=True)
class Accepted:
    """A rule that need not hold for the places that match."""

    rule: str
    place: str
    """A regular expression on the path in the template, such as Resources/CsvDeadLetters."""
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Tell whether this lets *finding* pass."""
        return self.rule == finding.rule and re.search(self.place, finding.place) is not None


ACCEPTED = (
    Accepted("W7001", "Mappings/Releases$", "SAM reads it while it transforms"),
    Accepted("ES6000", "Resources/.*DeadLetters$", "a queue of dead letters is the end of the line"),
    Accepted("ES6000", "Resources/FailedFilesQueue$", "nothing consumes it: files wait there for replay"),
    Accepted(
        "ES1001",
        "Resources/.*(Arrivals|EndedExecutions|Deletions|Deliveries)$",
        "an SQS source has no failure destination; its queue redrives",
    ),
    Accepted(
        "ES1007",
        "Resources/(SendDigest|TunePace)FunctionSchedulePermission$",
        "looks for the EventInvokeConfig by the function, and SAM gives the permission to its alias",
    ),
    Accepted(
        "E3031",
        "Resources/.*/Role(Arn)?/Fn::If/2$",
        "the branch for a role that is given; the linter tries the parameter's empty default there",
    ),
    Accepted(
        "WS1004",
        "Resources/.*Function$",
        "wants the name /aws/lambda/...; house rule logs_of_functions sees groups by reference",
    ),
)


def findings(template: Template) -> list[Finding]:
    """Return the errors and warnings of cfn-lint and the serverless rules, but for what is accepted."""
    return unaccepted(all_findings(template))


def unaccepted(found: Iterable[Finding]) -> list[Finding]:
    """Return the findings that no accepted rule covers."""
    return [finding for finding in found if not any(accepted.covers(finding) for accepted in ACCEPTED)]


def all_findings(template: Template) -> Iterator[Finding]:
    """Yield everything that cfn-lint and the serverless rules find."""
    config = ManualArgs(regions=REGIONS, append_rules=["cfn_lint_serverless.rules"])
    for match in lint(json.dumps(template), config=config):
        place = "/".join(map(str, getattr(match, "path", None) or ()))
        yield Finding(match.rule.id, place, match.message)
