"""One deployed stack."""

from cli.errors import CommandError
from cli.stack.address import Address, outputs_of


class DeployedStack:
    """A stack found by its name, with its outputs."""

    def __init__(self, address: Address) -> None:
        self.outputs = outputs_of(address)
        if "CatalogueTableName" not in self.outputs:
            raise CommandError(f"The stack {address.stack_name} is not deployed yet: see `sluice up`.")
        self._address = address
        self._s3 = address.client("s3")
        self._sqs = address.client("sqs")
        self._resource = address.dynamodb()
        self._catalogue = self._resource.Table(self.outputs["CatalogueTableName"])

    @property
    def endpoint_url(self) -> str | None:
        """Where a local stack listens; None for one on AWS."""
        return self._address.endpoint_url
