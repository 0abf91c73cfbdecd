"""
What the template needs and the emulator lacks, each as a named patch that fails loudly on another version.

A patch is a module with one public function, `apply`. Its docstring says what the emulator does by itself,
and what AWS does.
"""

from importlib.metadata import version

from local.patches import (
    accepted_resources,
    batch_permissions,
    cold_starts,
    cross_origins,
    embedded_metrics,
    empty_bodies,
    function_errors,
    function_metrics,
    metric_math,
    nested_transforms,
    object_versions,
    odd_resources,
    orphans,
    retry_delays,
    secure_transport,
    sequencers,
    shared_layers,
    state_machine_resources,
    state_machine_versions,
    stream_delivery,
    table_settings,
    throttles,
    traffic_shifts,
    transform_parameters,
    version_listing,
    weighted_aliases,
    worker_environment,
    yaml_definitions,
)
from local.patches.replacing import UnexpectedEmulatorError

WRITTEN_FOR = "1.5.33"

PATCHES = (
    function_errors,
    object_versions,
    version_listing,
    orphans,
    worker_environment,
    cold_starts,
    shared_layers,
    throttles,
    state_machine_versions,
    state_machine_resources,
    stream_delivery,
    table_settings,
    retry_delays,
    sequencers,
    secure_transport,
    batch_permissions,
    odd_resources,
    yaml_definitions,
    nested_transforms,
    transform_parameters,
    accepted_resources,
    traffic_shifts,  # replaces what the patch before accepts
    embedded_metrics,
    empty_bodies,
    function_metrics,
    metric_math,
    cross_origins,
    weighted_aliases,
)


def apply_all() -> None:
    """Apply every patch to the emulator; raise UnexpectedEmulatorError if one does not fit."""
    if (found := version("ministack")) != WRITTEN_FOR:
        raise UnexpectedEmulatorError(f"the patches are written for MiniStack {WRITTEN_FOR}, found {found}")
    for patch in PATCHES:
        patch.apply()
