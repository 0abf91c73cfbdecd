"""Cut a bucket into ranges of keys that can be listed at the same time."""

from collections import deque
from collections.abc import Sequence

from sluice.recovery.sweep_ports import Listing

LOOKS = 200  # requests that a plan may take, a few seconds
FEW = 8  # folders without folders in them, into whose names a plan looks
LAST = "\U0010ffff"  # no key has a character behind it


def between(bounds: Sequence[str], parts: int) -> list[tuple[str, str | None]]:
    """
    Return at most *parts* ranges of about as many *bounds* each, which together leave no key out.

    A range excludes its first key and includes its last, so that each key lies in exactly one. Keys compare
    by code points, as S3 lists them.
    """
    known = sorted(set(bounds))
    count = min(parts, len(known))
    inner = [known[number * len(known) // count] for number in range(1, count)]
    return list(zip(["", *inner], [*inner, None], strict=True))


class Cartographer:
    """Finds keys between which a bucket can be cut, in at most LOOKS requests."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._looks = LOOKS

    def bounds(self, prefix: str, wanted: int) -> list[str]:
        """
        Return about *wanted* beginnings of keys below *prefix*; none where one page lists all there is.

        Folders serve, their folders where there are few, and where a few folders hold everything, the
        characters with which names in them go on. That some ranges hold more than others costs time only.
        """
        if self._listing.versions(prefix, after="", after_version="").next is None:
            return []
        found: list[str] = []
        leaves: list[str] = []
        folders = deque([prefix])
        while folders and len(found) < wanted and self._looks_left():
            folder = folders.popleft()
            below = self._listing.prefixes(folder)
            found += below
            folders += below
            leaves += [] if below else [folder]
        if len(found) < wanted and len(leaves) <= FEW:
            for leaf in leaves:
                found += self._names(leaf)
        return found

    def _names(self, prefix: str) -> list[str]:
        """Return *prefix* with each character that follows it, or with more where they begin alike."""
        found: list[str] = []
        after = prefix
        while self._looks_left():
            key = self._listing.first(prefix, after=after)
            head = (key or "")[: len(prefix) + 1]
            if key is None or head in found:
                break
            found.append(head)
            after = head + LAST
        if len(found) == 1 and found[0] != prefix:
            return self._names(found[0])
        return found

    def _looks_left(self) -> bool:
        self._looks -= 1
        return self._looks >= 0
