"""
Write templates/monitoring.yaml, and what template.yaml hands to it: python -m monitoring [--check].

With --check nothing is written, and the exit code says whether there was something to write.
"""

import re
import sys
from pathlib import Path
from typing import Any

import yaml

from monitoring import alarm_making, alarms, dashboards, objectives, queries, telling, widgets
from monitoring.links import Links, read

ROOT = Path(__file__).parents[1]
TEMPLATE, MONITORING = ROOT / "template.yaml", ROOT / "templates/monitoring.yaml"
HEADER = "# Written by `make monitoring` from template.yaml: change monitoring/, not this.\n"
BLOCK = re.compile(r"( *)# begin: (.+?), by `make monitoring`\n.*?\1# end\n", re.DOTALL)


def parameters(links: Links) -> dict[str, str]:
    """Return what the template hands over, by parameter: how it refers to the name of each resource."""
    by_ref = [*(each.name for each in links.functions), *(each.log_group for each in links.functions)]
    by_ref += [*links.machines, *links.rules, *links.tables, *links.apis]
    given = {name: f"!Ref {name}" for name in by_ref}
    given |= {name: f"!GetAtt {name}.QueueName" for name in (*links.work_queues, *links.kept_queues)}
    return given | {name: f"!GetAtt {name}.TopicName" for name in links.topics}


def monitoring(links: Links) -> dict[str, Any]:
    """Return the nested template."""
    watched = dict(alarm_making.named(alarms.of_all(links) | objectives.of_all(links)))
    names = sorted(alarm["Properties"]["AlarmName"]["Fn::Sub"] for alarm in watched.values() if _tells(alarm))
    boards = {"service": dashboards.service(links), "operations": dashboards.operations(links, names)}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "What watches Sluice - alarms, dashboards, saved queries",
        "Parameters": telling.PARAMETERS | {name: {"Type": "String"} for name in parameters(links)},
        "Conditions": telling.CONDITIONS,
        "Mappings": {"Thresholds": alarms.THRESHOLDS},
        "Resources": telling.resources()
        | watched
        | {f"{name.capitalize()}Dashboard": _dashboard(name, body) for name, body in boards.items()}
        | queries.of_all(links)
        | queries.forwarded(links),
        "Outputs": {name: {"Value": {"Ref": name}} for name in ("Urgent", "Notices")},
    }


def _tells(alarm: dict[str, Any]) -> bool:
    return "AlarmActions" in alarm["Properties"]


def _dashboard(name: str, body: dict[str, Any]) -> dict[str, Any]:
    properties = {
        "DashboardName": {"Fn::Sub": f"${{Application}}-{name}"},
        "DashboardBody": {"Fn::Sub": widgets.body(body)},
    }
    return {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}


class _Plain(yaml.SafeDumper):
    """Writes the same list twice, rather than a reference, which CloudFormation refuses."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  the dumper asks for every value
        return True


def texts() -> dict[Path, str]:
    """Return what both files should hold."""
    links = read(TEMPLATE)
    nested = HEADER + yaml.dump(
        monitoring(links), Dumper=_Plain, sort_keys=False, width=120, allow_unicode=True
    )
    lists = {
        "what is watched": [f"{name}: {given}" for name, given in sorted(parameters(links).items())],
    }

    def block(found: re.Match[str]) -> str:
        first, lines, last = found[0].split("\n")[0], lists[found[2]], f"{found[1]}# end"
        return "\n".join([first, *(found[1] + line for line in lines), last, ""])

    return {MONITORING: nested, TEMPLATE: BLOCK.sub(block, TEMPLATE.read_text(encoding="utf-8"))}


def main(arguments: list[str]) -> int:
    """Write both files, or tell whether they are as they should be."""
    stale = [
        path
        for path, text in texts().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in arguments:
        return len(stale)
    for path, text in texts().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
