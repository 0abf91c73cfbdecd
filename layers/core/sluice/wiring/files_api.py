"""What `files_api` is made of."""

from functools import cache

import boto3
from botocore.config import Config

from sluice.api.app import Api
from sluice.api.document import openapi_document
from sluice.api.file_routes import catalogue, reprocessor
from sluice.api.lane_routes import lanes
from sluice.api.routes import FILES_API
from sluice.api.service_routes import description
from sluice.api.upload_routes import presigner
from sluice.aws.arrivals import SQSArrivals
from sluice.aws.catalogue_view import DynamoDBCatalogueView
from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.aws.presigning import S3Presigner
from sluice.aws.register import DynamoDBRegister
from sluice.observability import FunctionJournal
from sluice.pace.lane_setting import LaneSetter
from sluice.recovery.reprocessing import Reprocessor
from sluice.settings.api import FilesApiSettings
from sluice.wiring.clients import RETRIES, client, now


@cache
def files_api(settings: FilesApiSettings) -> Api:
    """Return what `files_api` answers HTTP with; one per execution environment."""
    view = DynamoDBCatalogueView(client("dynamodb"), settings.catalogue_table)
    # Version 4 of the signature, which S3 wants in every region; boto3 would still sign with 2 in some.
    signing = boto3.client("s3", config=RETRIES.merge(Config(signature_version="s3v4")))
    presign = S3Presigner(signing, inbox=settings.inbox_bucket, outbox=settings.outbox_bucket)
    api = Api(*FILES_API)
    states = DynamoDBLaneStates(client("dynamodb"), settings.lanes_table, defaults=settings.paces)
    again = Reprocessor(
        view,
        DynamoDBRegister(client("dynamodb"), settings.catalogue_table),
        SQSArrivals(client("sqs"), settings.arrivals),
        FunctionJournal(),
    )
    api.dependency_overrides |= {
        catalogue: lambda: view,
        presigner: lambda: presign,
        reprocessor: lambda: again,
        description: openapi_document,
        lanes: lambda: LaneSetter(tuple(settings.paces), states, now),
    }
    return api
