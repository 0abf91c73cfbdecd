"""What `call_processor` is made of."""

from functools import cache, partial

import boto3
from botocore.config import Config

from sluice.aws.lambda_functions import LambdaProcessor, Setting
from sluice.processing import Processor
from sluice.processors.calling import call_processor
from sluice.settings.processors import CallProcessorSettings
from sluice.wiring.clients import RETRIES, client
from sluice.wiring.processing import processor


def processor_caller(settings: CallProcessorSettings) -> Processor:
    """Return what `call_processor` processes with."""
    # One answer may take as long as a function may run, and a request that was sent is not sent twice.
    patient = RETRIES.merge(Config(read_timeout=900))
    remote = LambdaProcessor(boto3.client("lambda", config=patient), _setting(settings.processor_setting))
    return processor(partial(call_processor, processor=remote), settings)


@cache
def _setting(name: str) -> Setting:
    return Setting(client("ssm"), name)
