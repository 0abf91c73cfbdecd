"""The use cases of Sluice that the command line has as well."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cli.errors import CommandError
from cli.lanes import Lanes
from cli.stack.address import refusals_as_sentences, utc_now
from cli.stack.catalogue import CatalogueReading
from cli.stack.queues import Queues
from sluice.aws.arrivals import SQSArrivals, SQSFailedFiles
from sluice.aws.delivery_log import DynamoDBDeliveryLog
from sluice.aws.dynamodb import DynamoDBCatalogue
from sluice.aws.lane_states import DynamoDBLaneStates
from sluice.aws.register import DynamoDBRegister
from sluice.aws.versions import DynamoDBVersions
from sluice.aws.webhook_queue import SQSDeliveries
from sluice.aws.webhook_registry import DynamoDBRegistry
from sluice.aws.webhook_secrets import ParameterSecrets
from sluice.contracts.reading import contract_problems
from sluice.pace.pacing import Pace
from sluice.recovery.reprocessing import Gone, Reprocessor
from sluice.rules.editing import Editor
from sluice.rules.versions import Missing, Stale
from sluice.webhooks.registering import Webhooks


class UseCases(CatalogueReading, Queues):
    """Puts them together over a stack; what goes wrong with AWS meanwhile is a sentence."""

    @contextmanager
    def contracts(self) -> Iterator[Editor]:
        """Yield what contracts are kept with."""
        if "ContractsTableName" not in self.outputs:
            raise CommandError("The stack has no contracts yet: deploy this release first.")
        versions = DynamoDBVersions(self._address.client("dynamodb"), self.outputs["ContractsTableName"])
        with refusals_as_sentences(self._address):
            yield Editor(versions, contract_problems, utc_now)

    @contextmanager
    def webhooks(self) -> Iterator[Webhooks]:
        """Yield the stack's webhooks; what goes wrong with AWS meanwhile is a sentence."""
        if "WebhooksTableName" not in self.outputs:
            raise CommandError("The stack has no webhooks yet: deploy this release first.")
        dynamodb, outputs = self._address.client("dynamodb"), self.outputs
        queues = (outputs["WebhookDeliveriesQueueUrl"], outputs["WebhookDeadLettersUrl"])
        with refusals_as_sentences(self._address):
            yield Webhooks(
                DynamoDBRegistry(dynamodb, outputs["WebhooksTableName"]),
                ParameterSecrets(self._address.client("ssm"), outputs["WebhookSecretsPrefix"]),
                DynamoDBDeliveryLog(dynamodb, outputs["WebhookDeliveriesTableName"], now=utc_now),
                SQSDeliveries(self._sqs, *queues),
                utc_now,
            )

    @contextmanager
    def reprocessing(self) -> Iterator[Callable[[str, str], bool]]:
        """Yield what processes a file again for somebody; it answers False where the file has moved on."""
        dynamodb, outputs = self._address.client("dynamodb"), self.outputs
        lanes = json.loads(outputs["LanePaces"])
        arrivals = {lane: outputs[f"{lane.capitalize()}ArrivalsQueueUrl"] for lane in lanes}
        again = Reprocessor(
            self._view(),
            DynamoDBRegister(dynamodb, outputs["CatalogueTableName"]),
            SQSArrivals(self._sqs, arrivals),
            _Untold(),
        )
        refused = (Missing, Gone, Stale)
        with refusals_as_sentences(self._address):
            yield lambda file_id, by: not isinstance(again.reprocess(file_id, by=by), refused)

    @contextmanager
    def lanes(self) -> Iterator[Lanes]:
        """Yield the stack's lanes; what goes wrong with AWS meanwhile is a sentence."""
        if "LanesTableName" not in self.outputs:
            raise CommandError("The stack has no pace yet: deploy this release first.")
        dynamodb, outputs = self._address.client("dynamodb"), self.outputs
        defaults = {lane: Pace(**pace) for lane, pace in json.loads(outputs["LanePaces"]).items()}
        with refusals_as_sentences(self._address):
            yield Lanes(
                defaults,
                DynamoDBLaneStates(dynamodb, outputs["LanesTableName"], defaults=defaults),
                DynamoDBCatalogue(dynamodb, outputs["CatalogueTableName"]),
                self._backlog,
                self._age_of_the_oldest,
                utc_now,
            )

    @contextmanager
    def ending(self) -> Iterator[tuple[DynamoDBCatalogue, SQSFailedFiles]]:
        """Yield what ends a file by hand: the catalogue, and the failed-files queue."""
        with refusals_as_sentences(self._address):
            yield (
                DynamoDBCatalogue(self._address.client("dynamodb"), self.outputs["CatalogueTableName"]),
                SQSFailedFiles(self._sqs, self.outputs["FailedFilesQueueUrl"]),
            )


class _Untold:
    """A journal for what the command prints itself."""

    def noted(self, message: str, details: Any) -> None:
        """Say nothing."""
