"""The catalogue as people read it."""

from typing import Protocol

from sluice.catalogue_queries import Facts, FilePage, FileQuery, Position


class CatalogueView(Protocol):
    """The catalogue as people read it."""

    def file(self, file_id: str) -> Facts | None:
        """Return all that is known of one file, as it is now."""
        ...

    def find(self, query: FileQuery, *, limit: int, after: Position | None = None) -> FilePage:
        """Return the newest files of *query* that are older than *after*."""
        ...
