"""
Draw both dashboards from a run on the local stack: python -m tests.benchmarks.dashboards [--seconds N].

Puts files in at an uneven pace, and draws the deployed dashboards' own widgets. Metrics of functions, ours
and Lambda's, are those that the run emitted. The emulator emits none of SQS, Step Functions and DynamoDB: the
depth of queues is read from them during the run, executions from their list; what is left says so.
"""

import argparse
import random
import time
from pathlib import Path

from local import stack
from local.build import Build, build
from local.clients import client
from local.deploy import deploy
from tests.benchmarks.dashboards.collecting import Collector
from tests.benchmarks.dashboards.drawing import draw

ROOT = Path(__file__).parents[3]
PICTURES = ROOT / "docs/pictures"
SAMPLES = sorted(path for path in (ROOT / "samples").rglob("*") if path.is_file() and path.suffix != ".json")
PERIOD = 10  # seconds of a point; CloudWatch's is 60, which a run of minutes would not fill


def main() -> None:
    """Run, collect, draw."""
    parser = argparse.ArgumentParser(prog="dashboards", description=__doc__)
    parser.add_argument("--seconds", type=float, default=180)
    arguments = parser.parse_args()
    with stack.session("dashboards") as (home, endpoint):
        build(Build(), home.deploy_log)
        outputs = deploy(home, Build())
        collector = Collector(endpoint, PERIOD)
        s3 = client(endpoint, "s3")
        begun = time.time()
        choose = random.Random(1)
        while (passed := time.time() - begun) < arguments.seconds:
            many = 12 if arguments.seconds / 3 < passed < arguments.seconds / 2 else 2
            for sample in choose.choices(SAMPLES, k=many):
                key = f"uploads/{int(passed * 1000)}-{choose.random():.6f}/{sample.name}"
                s3.upload_file(str(sample), outputs["InboxBucketName"], key)
            collector.look()
            time.sleep(2)
        for _ in range(5):
            time.sleep(2)
            collector.look()
        boards, alarms = collector.dashboards(), collector.alarms()
        series = collector.series(begun, time.time())
    PICTURES.mkdir(exist_ok=True)
    for name, body in boards.items():
        path = PICTURES / f"{name}.svg"
        path.write_text(draw(body, series, alarms), encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(body['widgets'])} widgets")


if __name__ == "__main__":
    main()
