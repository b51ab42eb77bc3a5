"""Faults in runs: watermark, time zones, lease and fence, restart, pause, status."""

from __future__ import annotations

from tests.planted.fault import Edit, Fault

FAULTS = (
    Fault(
        "cursor-one-second-late",
        "What is changed in the second in which a run begins is not pulled before the next day.",
        (
            Edit(
                "domain.transitions:_reached",
                " - rules.overlap",
                " + timedelta(seconds=1)",
            ),
        ),
    ),
    Fault(
        "overlap-not-subtracted",
        "A change whose stamp is older than its appearance in the list is not pulled.",
        (
            Edit(
                "domain.transitions:_reached",
                " - rules.overlap",
                "",
            ),
        ),
    ),
    Fault(
        "watermark-from-the-end",
        "What is changed on a page already read, while the walk goes on, is not pulled.",
        (
            Edit(
                "service.pull:Pull._observe",
                "min(self._run.server_started_at or server_time, server_time)",
                "max(self._run.server_started_at or server_time, server_time)",
            ),
        ),
    ),
    Fault(
        "watermark-from-our-clock",
        "Our clock is ahead of MediaMosa's, and every change in between is never pulled.",
        (
            Edit(
                "service.pull:Pull._observe",
                "for server_time in page.server_times:",
                "for server_time in [self._now]:",
            ),
        ),
    ),
    Fault(
        "watermark-lowered-by-a-full-run",
        "'Complete up to' jumps back by hours after every full run, and nobody can rely on it.",
        (
            Edit(
                "domain.transitions:_reached",
                "reached if watermark is None else max(watermark, reached)",
                "reached",
            ),
        ),
    ),
    Fault(
        "watermark-raised-by-a-failed-step",
        "After an outage the changes made during it are not pulled before the next day.",
        (
            Edit(
                "domain.transitions:failed",
                "return replace(state, last_attempt=now, failure=failure)",
                "return replace(state, last_attempt=now, failure=failure, watermark=now)",
            ),
        ),
    ),
    Fault(
        "last-sync-set-by-a-failed-step",
        "The page shows a sync that never was, and an outage of days goes unnoticed.",
        (
            Edit(
                "domain.transitions:failed",
                "replace(state, last_attempt=now,",
                "replace(state, last_attempt=now, last_sync=now,",
            ),
        ),
        across=False,
    ),
    Fault(
        "clock-put-back-ignored",
        "MediaMosa's clock is put back, and changes stamped before the watermark are not pulled.",
        (
            Edit(
                "domain.transitions:observed",
                "if known is None or server_time >= known - rules.overlap:",
                "if known is None or watermark is not None:",
            ),
        ),
    ),
    Fault(
        "full-run-never-due-again",
        "Changes that no date shows, such as a new owner, are never pulled after the first run.",
        (
            Edit(
                "domain.transitions:_why_full",
                "if now - last.finished_at >= rules.full_every:",
                "if now < last.started_at:",
            ),
        ),
    ),
    Fault(
        "w-told-in-utc",
        "Every tick lists hours of changes anew, or, west of Greenwich, misses hours of them.",
        (
            Edit(
                "adapters.mediamosa.times:LocalTimes.since",
                "instant.astimezone(self._zone).replace",
                "instant.replace",
            ),
        ),
    ),
    Fault(
        "w-told-in-amsterdams-time",
        "Where MediaMosa's zone is UTC, two hours of changes fall out of every incremental run.",
        (
            Edit(
                "adapters.mediamosa.times:LocalTimes.since",
                "instant.astimezone(self._zone)",
                'instant.astimezone(_zone("Europe/Amsterdam"))',
            ),
        ),
    ),
    Fault(
        "repeated-hour-not-minded",
        "When clocks are put back, an hour of changes is never pulled.",
        (
            Edit(
                "adapters.mediamosa.times:LocalTimes.since",
                "while (first := self._first_ambiguous(local)) is not None:",
                "while (first := self._first_ambiguous(local)) is not None and not local.year:",
            ),
        ),
    ),
    Fault(
        "starving-walk",
        "While MediaMosa is edited all the time, the first sync never gets on.",
        (
            Edit(
                "domain.transitions:next_run",
                "return full if state.last_walk is Kind.INCREMENTAL else incremental",
                "return incremental",
            ),
        ),
    ),
    Fault(
        "changes-starved-by-a-full-walk",
        "While a long full run is under way, no change of the day arrives.",
        (
            Edit(
                "domain.transitions:next_run",
                "return full if state.last_walk is Kind.INCREMENTAL else incremental",
                "return full",
            ),
        ),
    ),
    Fault(
        "lease-kept-on-early-return",
        "After a failure every other tick finds the connection locked by nobody.",
        (Edit("service.step:_Step._still_failing", "release=True", "release=False"),),
    ),
    Fault(
        "lease-never-expires",
        "One killed function, and the connection is not synced again before somebody notices.",
        (Edit("service.step:_pulled", "until=now + lease", "until=now + 1000 * lease"),),
    ),
    Fault(
        "fence-read-anew",
        "A step that was thought dead writes its old page over what a newer one has written.",
        (
            Edit(
                "service.page:AssetWriter._apply",
                "self._store.apply(self._fence, kind, writes)",
                "self._store.apply(\n"
                "        self._store.run_state(self._fence.connection_id).fence, kind, writes\n"
                "    )",
            ),
        ),
    ),
    Fault(
        "generation-not-raised",
        "A restart is taken, and the run that it was to stop writes on beside the new one.",
        (
            Edit(
                "domain.transitions:restarted",
                "generation=state.generation + 1",
                "generation=state.generation",
            ),
        ),
    ),
    Fault(
        "cursor-kept-by-a-restart",
        "A restart that is to look at everything begins where the broken run stood.",
        (
            Edit(
                "domain.transitions:restarted",
                "full=_begin_full(state, Trigger.RESTART, now),",
                "full=replace(\n"
                "        _begin_full(state, Trigger.RESTART, now),\n"
                "        cursor=state.full.cursor if state.full else Cursor(),\n"
                "    ),",
            ),
        ),
    ),
    Fault(
        "restart-taken-by-the-running-execution",
        "The button breaks off the run that it was pressed in, whose page was not finished.",
        (
            Edit(
                "domain.transitions:may_take_restart",
                "state.restart is not None and state.restart.requested_at < execution.started_at",
                "state.restart is not None",
            ),
        ),
    ),
    Fault(
        "restart-forgotten-by-a-kill",
        "A restart was asked for and taken, the function was killed, and nothing restarts.",
        (
            Edit(
                "service.step:_Step._take_marks",
                "take_marks(before.fence, before, after)",
                "take_marks(\n"
                "            before.fence, before, replace(after, full=before.full)\n"
                "        )",
            ),
        ),
    ),
    Fault(
        "ruling-on-another-list",
        "A person approves three deletions, and those of another list are carried out.",
        (
            Edit(
                "domain.transitions:take_wishes",
                "agreed = ruling.token == state.held.token",
                "agreed = bool(ruling.token)",
            ),
        ),
    ),
    Fault(
        "paused-push-pushes",
        "An admin pauses the push, and edits are written into MediaMosa all the same.",
        (
            Edit(
                "service.push:_why_not",
                'if "push" in connection.paused:',
                'if connection.paused >= {"pull", "push"}:',
            ),
        ),
        across=False,
    ),
    Fault(
        "paused-pull-pulls",
        "An admin pauses the pull, and records are changed and removed all the same.",
        (
            Edit(
                "service.step:_pulled",
                'if "pull" in connection.paused:',
                'if connection.paused >= {"pull", "push"}:',
            ),
        ),
        across=False,
    ),
    Fault(
        "properties-never-read-again",
        "A property that MediaMosa gains is never synced, and one that it loses parks every edit.",
        (
            Edit(
                "service.fields:current_fields",
                "if known is not None and fresh and not anew:",
                "if known is not None:",
            ),
        ),
    ),
)
