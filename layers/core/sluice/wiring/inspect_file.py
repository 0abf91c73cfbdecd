"""What `inspect_file` is made of, as a function and as a container."""

from functools import partial

from sluice.aws.s3 import S3Inbox
from sluice.files import File
from sluice.outcomes import Outcome
from sluice.processing import Processor
from sluice.processors.inspecting import inspect_file
from sluice.rules.rule import INSPECT_FILE, default_rule
from sluice.settings.processors import InspectFileSettings
from sluice.wiring.clients import client
from sluice.wiring.processing import processor


def file_inspector(settings: InspectFileSettings) -> Processor:
    """Return what `inspect_file` processes with."""
    return processor(partial(inspect_file, inbox=S3Inbox(client("s3"))), settings)


def inspect_one(file: File) -> Outcome:
    """Inspect a file outside of a batch, as the container image does."""
    return inspect_file(file, default_rule(INSPECT_FILE), None, inbox=S3Inbox(client("s3")))
