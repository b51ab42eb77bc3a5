"""All planted bugs, in the order in which they are looked for."""

from __future__ import annotations

from tests.planted import (
    adapter_faults,
    content_faults,
    deletion_faults,
    push_faults,
    run_faults,
    tie_faults,
    walk_faults,
)

FAULTS = (
    *walk_faults.FAULTS,
    *run_faults.FAULTS,
    *deletion_faults.FAULTS,
    *push_faults.FAULTS,
    *content_faults.FAULTS,
    *tie_faults.FAULTS,
    *adapter_faults.FAULTS,
)

BY_NAME = {fault.name: fault for fault in FAULTS}
