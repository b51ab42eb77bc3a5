"""What the function ``api`` is made of."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

from mediamosa_sync.adapters.functions.planner import LambdaPlanner, lambda_client
from mediamosa_sync.adapters.scheduler.schedule import EventBridgeSchedule, scheduler_client
from mediamosa_sync.runtime.clock import SystemClock
from mediamosa_sync.runtime.compose_secrets import secret_store
from mediamosa_sync.runtime.compose_stores import record_store, sync_store
from mediamosa_sync.runtime.configuration import check_time_zone, required, settings_of
from mediamosa_sync.service.audit import Audit
from mediamosa_sync.service.conflicts import Conflicts
from mediamosa_sync.service.connections import Connections
from mediamosa_sync.service.control import Control
from mediamosa_sync.service.history import History
from mediamosa_sync.service.links import Links
from mediamosa_sync.service.parked import Parked
from mediamosa_sync.service.plans import Plans
from mediamosa_sync.service.properties import Properties
from mediamosa_sync.service.removed import RemovedRecords
from mediamosa_sync.service.rulings import Rulings


@dataclass(frozen=True, slots=True)
class UseCases:
    """Everything that admins see and do."""

    control: Control
    connections: Connections
    rulings: Rulings
    removed: RemovedRecords
    history: History
    links: Links
    parked: Parked
    conflicts: Conflicts
    properties: Properties
    plans: Plans
    audit: Audit


@cache
def use_cases() -> UseCases:
    """The use cases over DynamoDB, Secrets Manager, the schedule and the step function."""
    records, store, clock = record_store(), sync_store(), SystemClock()
    schedule = EventBridgeSchedule(
        scheduler_client(),
        group=os.environ.get("SCHEDULE_GROUP") or "default",
        name=required(os.environ, "SCHEDULE_NAME"),
    )
    planner = LambdaPlanner(cache(lambda_client), required(os.environ, "STEP_FUNCTION"))
    return UseCases(
        control=Control(store, schedule, clock),
        connections=Connections(
            store,
            secret_store(),
            allow_http=settings_of(os.environ).allow_http,
            check_time_zone=check_time_zone,
            secret_prefix=required(os.environ, "SECRET_PREFIX"),
        ),
        rulings=Rulings(store, schedule, clock),
        removed=RemovedRecords(store, clock),
        history=History(store),
        links=Links(records, store),
        parked=Parked(records, store, schedule, clock),
        conflicts=Conflicts(records, store, clock),
        properties=Properties(store),
        plans=Plans(store, schedule, planner, clock),
        audit=Audit(store, clock),
    )
