"""The whole application on the embedded AWS, once for all end-to-end tests of a process.

The engine, the stand-in MediaMosa (in this process) and one stack live as long as the test session.
The schedule is on, but first fires after a day: tests start every execution themselves.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.local.build import Package, build
from infra.local.deploy import Stack, deploy
from infra.local.engine import PROJECT, Engine
from infra.local.loopback import Answer
from infra.local.mediamosa import seed
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import Application as MediaMosaApplication
from infra.local.mediamosa.standin import StandIn
from infra.local.session import parameters
from infra.local.settings import Server, Settings
from infra.local.status import Status, StatusApi
from tests.e2e.pushing import Pushing

HERE = Path(__file__).parent

USER_NAME, PASSWORD, TIME_ZONE = "e2e", "e2e-key", "Europe/Amsterdam"
ASSETS = 25
EXECUTION_SECONDS = 120.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder; each process that runs some has an engine for them."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@dataclass(frozen=True, slots=True)
class Application:
    """The running application, as a test uses it.

    Attributes:
        stack: the deployed stack; `stack.outputs` names its tables.
        mediamosa: the stand-in; `mediamosa.model` is its data.
        viewer: the API with the viewer's token.
        operator: the API with the operator's token.
    """

    stack: Stack
    mediamosa: StandIn
    viewer: StatusApi
    operator: StatusApi

    def tick(self, trigger: str = "schedule") -> list[dict[str, Any]]:
        """Run one execution to its end; return what became of each connection's last step.

        Each is `{"connection_id", "step", "more", "outcome", ...}`. The schedule is imitated by
        the trigger's name alone.
        """
        arn = self.stack.execute({"trigger": trigger})
        engine = self.stack.engine
        client = engine.session.client("stepfunctions", endpoint_url=engine.url)
        deadline = time.monotonic() + EXECUTION_SECONDS
        while time.monotonic() < deadline:
            execution = client.describe_execution(executionArn=arn)
            if execution["status"] != "RUNNING":
                assert execution["status"] == "SUCCEEDED", execution
                outcomes: list[dict[str, Any]] = json.loads(execution["output"])
                return outcomes
            time.sleep(0.05)
        raise AssertionError(f"The execution does not end within {EXECUTION_SECONDS} seconds.")

    def status(self) -> Status:
        """Return the status of the connection that the stack's parameters name."""
        (status,) = (one for one in self.viewer.statuses() if one["user_name"] == USER_NAME)
        return status

    def press_restart(self) -> Answer:
        """Press restart as an operator."""
        return self.operator.restart(self.status()["connection_id"])


@pytest.fixture(scope="session")
def package() -> Package:
    """The application, built as it is now."""
    return build(PROJECT / ".local/build")


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An embedded AWS that evaluates no policies."""
    engine = Engine.start(tmp_path_factory.mktemp("engine"))
    yield engine
    engine.stop()


@contextmanager
def stand_in(name: str, assets: int) -> Iterator[StandIn]:
    """A stand-in with assets of its own."""
    model = MediaMosa(clock=lambda: int(time.time()), ids=SeededIds(name))
    application = MediaMosaApplication(1, USER_NAME, PASSWORD, TIME_ZONE)
    model.add_application(application)
    seed.plant(model, application, assets, 1)
    with StandIn(model) as mediamosa:
        yield mediamosa


@pytest.fixture(scope="session")
def pushing(engine: Engine, package: Package) -> Iterator[Pushing]:
    """An application in sync, with assets enough for each test to have its own."""
    with stand_in("push", 220) as mediamosa:
        yield Pushing(deployed(engine, package, mediamosa, page_size=199, steps=10))


@pytest.fixture(scope="session")
def guarded_application(
    package: Package, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """The application in an AWS that evaluates the policies of its roles; nothing is synced yet."""
    engine = Engine.start(tmp_path_factory.mktemp("guarded_engine"), auth=True)
    with stand_in("e2e", ASSETS) as mediamosa:
        yield deployed(engine, package, mediamosa, page_size=10, steps=2)
    engine.stop()


def deployed(
    engine: Engine, package: Package, mediamosa: StandIn, *, page_size: int, steps: int
) -> Application:
    """Deploy the application for the stand-in."""
    settings = Settings.of(
        {"PAGE_SIZE": str(page_size), "STEPS_PER_TICK": str(steps), "TIME_ZONE": TIME_ZONE}
    )
    server = Server(mediamosa.url, USER_NAME, PASSWORD)
    chosen = parameters(settings, server) | {"ScheduleExpression": "rate(1 day)"}
    stack = deploy(engine, package, chosen)
    viewer = StatusApi(stack.api_url, stack.secret("ViewerTokenArn"))
    operator = StatusApi(stack.api_url, stack.secret("OperatorTokenArn"))
    return Application(stack, mediamosa, viewer, operator)
