"""A MediaMosa for `doctor` to examine, and what it finds."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from infra.local.mediamosa import seed
from infra.local.mediamosa.answers import Answer, Request
from infra.local.mediamosa.errors import RefusedError, asset_not_found
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import Application, Session
from infra.local.mediamosa.standin import StandIn
from tests.cli.terminal import NOW, Terminal, example, status

USER, KEY = "sync", "s3cret"
WITH_KEY: dict[str, str | None] = {"MEDIAMOSA_PASSWORD": KEY}
SOME: dict[str, Any] = example("/connections/{connection_id}/properties", "get", "200", "some")


class OldMediaMosa(MediaMosa):
    """One before 3.5.1: it takes the path of the deleted assets for an asset (protocol § 2)."""

    def handle(self, request: Request, instead: RefusedError | None = None) -> Answer:
        if request.path == "asset/deleted":
            instead = asset_not_found("deleted")
        return super().handle(request, instead)


class Server:
    """A MediaMosa of twelve assets whose application is in *zone*, and its editor."""

    def __init__(self, zone: str, kind: type[MediaMosa] = MediaMosa) -> None:
        self.now = int(NOW.timestamp())
        self.model = kind(clock=lambda: self.now, ids=SeededIds("doctor"))
        self.application = Application(1, USER, KEY, zone)
        self.model.add_application(self.application)
        seed.plant(self.model, self.application, 12, 1)
        self.stand_in = StandIn(self.model)

    @property
    def asset_ids(self) -> list[str]:
        return sorted(self.model.store.assets)

    def post(self, path: str, **form: str) -> None:
        told = {"user_id": "editor", "is_app_admin": "TRUE", **form}
        with self.stand_in.control.lock:
            self.model.sessions.keep(Session("editor", self.now, 1))
            answer = self.model.handle(Request.post(path, told, session="editor"))
        assert answer.result_id == 601, answer

    def delete(self, number: int, *, ago: timedelta = timedelta(), **form: str) -> None:
        self.now -= int(ago.total_seconds())
        self.post(f"asset/{self.asset_ids[number]}/delete", delete="cascade", **form)
        self.now += int(ago.total_seconds())

    def replace(self, number: int, *, ago: timedelta = timedelta()) -> None:
        """Delete an asset and create another."""
        self.delete(number, ago=ago)
        self.post("asset/create")

    def edit(self, number: int) -> None:
        self.post(f"asset/{self.asset_ids[number]}/metadata", action="update", title="Changed")


def connection(server: Server, zone: str, **changes: Any) -> dict[str, Any]:
    how = {**status()["configuration"], "time_zone": zone}
    run = {**status()["run"], "links": 12}
    told = {"url": server.stand_in.url, "user_name": USER, "configuration": how, "run": run}
    return status(**{**told, **changes})


def findings(terminal: Terminal, exit_code: int = 0, **env: str | None) -> dict[str, Any]:
    """What was found, by name."""
    result = terminal.run("doctor", "-o", "json", env={**WITH_KEY, **env})
    assert result.exit_code == exit_code, result.output
    told = json.loads(result.stdout)
    assert told["ok"] == (not exit_code)
    return {one["name"]: one for one in told["findings"]}


def verdicts(terminal: Terminal, exit_code: int = 0, **env: str | None) -> dict[str, str]:
    return {name: one["verdict"] for name, one in findings(terminal, exit_code, **env).items()}
