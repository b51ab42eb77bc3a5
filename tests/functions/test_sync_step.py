"""The function that does a page: the real handler, real HTTP and XML, the tables over moto."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import boto3
import pytest

from functions.due_connections.handler import lambda_handler as due_connections
from functions.sync_step.handler import lambda_handler as sync_step
from infra.local.mediamosa import seed
from infra.local.mediamosa.faults import Fault
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import Application
from infra.local.mediamosa.standin import StandIn
from mediamosa_sync.domain.status import Surroundings, status_of
from mediamosa_sync.ports import SyncStore
from tests.fakes.clock import START
from tests.functions.conftest import USER_NAME, LambdaContext

KEY = "canary-key-7f3a"


@pytest.fixture
def mediamosa() -> Iterator[StandIn]:
    """A stand-in with 30 assets and one application."""
    model = MediaMosa(clock=lambda: int(time.time()), ids=SeededIds("steps"))
    application = model.add_application(Application(1, USER_NAME, KEY, "Europe/Amsterdam"))
    seed.plant(model, application, 30, 1)
    with StandIn(model) as stand_in:
        yield stand_in


class Deployment:
    """The functions with their environment, as the state machine drives them."""

    def __init__(self, store: SyncStore, environment: pytest.MonkeyPatch) -> None:
        self.store = store
        self.environment = environment
        self._ticks = 0

    def tick(self, steps: int = 1) -> list[dict[str, object]]:
        self._ticks += 1
        execution = {
            "id": f"arn:execution:{self._ticks}",
            "started_at": f"2026-11-23T12:{self._ticks:02}:00Z",
            "trigger": "schedule",
        }
        context = LambdaContext()
        due = due_connections({"execution": execution}, context)  # type: ignore[arg-type]  # what it reads of it
        results = []
        for connection in due["connections"]:
            for step in range(1, steps + 1):
                event = {**connection, "execution": execution, "step": step}
                results.append(sync_step(event, context))  # type: ignore[arg-type]  # what it reads of it
                if not results[-1]["more"]:
                    break
        return results

    def status(self) -> dict[str, object]:
        (connection,) = self.store.connections()
        around = Surroundings(START, None, None, {})
        return status_of(connection, self.store.run_state(connection.connection_id), around)

    def records(self) -> list[dict[str, object]]:
        items = boto3.resource("dynamodb").Table("media").scan()["Items"]
        return [dict(item) for item in items]


@pytest.fixture
def deployment(stack: SyncStore, mediamosa: StandIn, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    arn = boto3.client("secretsmanager").create_secret(Name="mm", SecretString=KEY)["ARN"]
    monkeypatch.setenv("DEFAULT_SECRET_ARN", arn)
    monkeypatch.setenv("DEFAULT_URL", mediamosa.url)
    monkeypatch.setenv("ALLOWED_HOSTS", "127.0.0.1")
    monkeypatch.setenv("ALLOW_HTTP", "true")
    return Deployment(stack, monkeypatch)


def test_a_first_sync_brings_every_asset_with_its_uri(deployment: Deployment) -> None:
    deployment.environment.setenv("DEFAULT_PAGE_SIZE", "10")
    results = deployment.tick(steps=10)
    assert [(result["outcome"], result["more"]) for result in results] == [
        ("worked", True),
        ("worked", True),
        ("worked", False),
    ]
    status = deployment.status()
    assert (status["state"], status["progress"]) == ("idle", {"done": 30, "total": 30})
    records = deployment.records()
    assert len(records) == 30
    for record in records:
        described = record["mediamosa"]
        assert isinstance(described, dict)
        assert record["uri"] == f"mediamosa://asset/{described['asset_id']}"


def test_a_step_over_a_warm_session_makes_one_request(
    deployment: Deployment, mediamosa: StandIn
) -> None:
    deployment.tick()
    first = [request.path for request in mediamosa.control.requests]
    assert first == ["login", "login", "metadata_tag", "asset"]
    mediamosa.control.requests.clear()
    deployment.tick()
    assert [request.path for request in mediamosa.control.requests] == ["asset"]


def test_a_lost_session_costs_one_login_and_nothing_else(
    deployment: Deployment, mediamosa: StandIn
) -> None:
    deployment.tick()
    mediamosa.control.requests.clear()
    mediamosa.control.faults.add(Fault("session_lost"))
    assert deployment.tick()[0]["outcome"] == "worked"
    paths = [request.path for request in mediamosa.control.requests]
    assert paths == ["asset", "login", "login", "asset"]


class TestBadInput:
    def assert_fails(self, deployment: Deployment, *words: str) -> None:
        """One plain sentence in the status, nothing written, no trace and no secret."""
        (result,) = deployment.tick()
        status = deployment.status()
        assert (result["outcome"], status["state"]) == ("failed", "failing")
        reason = str(status["reason"])
        for word in words:
            assert word in reason
        assert "\n" not in reason
        assert "Traceback" not in reason
        assert reason.endswith(".")
        assert KEY not in json.dumps([result, status])
        assert deployment.records() == []
        assert status["last_sync"] is None

    def test_a_wrong_password(self, deployment: Deployment) -> None:
        secret = boto3.client("secretsmanager")
        secret.put_secret_value(SecretId="mm", SecretString="wrong")
        self.assert_fails(deployment, "key")

    def test_an_unknown_user(self, deployment: Deployment) -> None:
        deployment.environment.setenv("DEFAULT_USER_NAME", "nobody")
        self.assert_fails(deployment, "nobody")

    def test_a_secret_that_is_gone(self, deployment: Deployment) -> None:
        client = boto3.client("secretsmanager")
        client.delete_secret(SecretId="mm", ForceDeleteWithoutRecovery=True)
        self.assert_fails(deployment, "secret")

    def test_a_host_that_is_not_allowed(self, deployment: Deployment) -> None:
        deployment.environment.setenv("ALLOWED_HOSTS", "")
        self.assert_fails(deployment, "127.0.0.1", "AllowedHosts")

    def test_a_time_zone_that_does_not_exist(self, deployment: Deployment) -> None:
        deployment.environment.setenv("DEFAULT_TIME_ZONE", "Europe/Atlantis")
        self.assert_fails(deployment, "Europe/Atlantis")

    @pytest.mark.parametrize(
        "kind",
        ["html_500", "maintenance", "html_200", "truncated", "doctype", "wrong_count", "deadlock"],
    )
    def test_an_answer_that_is_no_page_of_assets(
        self, deployment: Deployment, mediamosa: StandIn, kind: str
    ) -> None:
        mediamosa.control.faults.add(Fault(kind, times=None, path="asset"))
        self.assert_fails(deployment)

    def test_a_server_that_is_down(self, deployment: Deployment, mediamosa: StandIn) -> None:
        mediamosa.control.faults.add(Fault("down", times=None))
        self.assert_fails(deployment)

    def test_an_asset_too_large_for_an_item_is_parked_alone(
        self, deployment: Deployment, mediamosa: StandIn
    ) -> None:
        asset = next(iter(mediamosa.model.store.assets.values()))
        title = next(p for p in mediamosa.model.store.properties.values() if p.name == "title")
        asset.metadata[title.prop_id] = ["x" * 450_000]
        deployment.tick()
        assert len(deployment.records()) == 29
        full = deployment.status()["full"]
        assert isinstance(full, dict)
        assert full["outcome"] == "partial"
        assert full["counts"]["from_mediamosa"]["errors"] == 1


def test_php_notices_in_the_header_do_no_harm(deployment: Deployment, mediamosa: StandIn) -> None:
    mediamosa.control.faults.add(Fault("notices", times=None))
    assert deployment.tick()[0]["outcome"] == "worked"
    assert len(deployment.records()) == 30


def test_after_an_outage_the_next_tick_goes_on(deployment: Deployment, mediamosa: StandIn) -> None:
    mediamosa.control.faults.add(Fault("down", times=None))
    deployment.tick()
    mediamosa.control.faults.clear()
    deployment.tick()
    assert deployment.status()["state"] == "idle"
    assert len(deployment.records()) == 30
