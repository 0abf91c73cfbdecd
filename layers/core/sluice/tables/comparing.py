"""Use case: compare a profile with the previous one of the same dataset, and take its place."""

from datetime import datetime

from sluice.errors import ServiceBusyError
from sluice.files import File, is_newer
from sluice.tables.baselines import Baseline, Comparison
from sluice.tables.datasets import dataset_id, dataset_of
from sluice.tables.ports import Baselines
from sluice.tables.profile_changes import changes_between, figures_of
from sluice.tables.profiles import TableProfile

ATTEMPTS = 5  # another delivery of the dataset may be compared between our look and our write


def compare(file: File, profile: TableProfile, baselines: Baselines) -> Comparison:
    """
    Return what changed since the dataset's previous profile, and keep this one for the next.

    A file that comes late, behind a newer one, is compared with nothing and takes nobody's place, and neither
    does a golden file. A retry finds what the attempt before it found.
    """
    dataset = dataset_of(file.key)
    for _ in range(ATTEMPTS):
        held, token = baselines.get(dataset_id(file.key))
        if held and held.file_id == file.file_id:
            return held.comparison
        if held and _is_late(file, held):
            return Comparison(dataset, late=True)
        figures = figures_of(profile)
        changes = changes_between(held.figures, figures) if held else ()
        comparison = Comparison(dataset, held.file_id if held else None, held.key if held else None, changes)
        baseline = Baseline(
            file.file_id, file.key, file.uploaded_at.isoformat(), file.sequencer, figures, comparison
        )
        if file.is_release_check or baselines.put(dataset_id(file.key), baseline, token):
            return comparison
    raise ServiceBusyError(f"cannot keep the profile of {dataset!r}: it keeps changing")


def _is_late(file: File, held: Baseline) -> bool:
    """Order by sequencer within one key, by time of upload between keys."""
    if file.key == held.key and file.sequencer and held.sequencer:
        return is_newer(held.sequencer, file.sequencer)
    return file.uploaded_at < datetime.fromisoformat(held.uploaded_at)
