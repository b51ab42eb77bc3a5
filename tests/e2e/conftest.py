"""The whole application on the embedded AWS, once for all end-to-end tests of a process.

The engine, the stand-in MediaMosa (in this process) and one stack live as long as the test session.
The schedule is on, but first fires after a day: tests start every execution themselves.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.build import Package, build
from infra.local.deploy import STACK, Stack, deploy
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
from tests.e2e.clients import client
from tests.e2e.pushing import Pushing

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

HERE = Path(__file__).parent

USER_NAME, PASSWORD, TIME_ZONE = "e2e", "e2e-key", "Europe/Amsterdam"
ASSETS = 25
EXECUTION_SECONDS = 120.0

# A file system in memory, where the machine has one, and the room that it must have left.
MEMORY = Path("/dev/shm")  # noqa: S108 (what is made there has a name of its own)
ENOUGH_BYTES = 2 * 1024**3


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
        machines: the engine's state machines.
    """

    stack: Stack
    mediamosa: StandIn
    viewer: StatusApi
    operator: StatusApi
    machines: SFNClient

    def tick(self, trigger: str = "schedule") -> list[dict[str, Any]]:
        """Run one execution to its end; return what became of each connection's last step.

        Each is `{"connection_id", "step", "more", "outcome", ...}`. The schedule is imitated by
        the trigger's name alone.
        """
        machine = self.stack.outputs["StateMachineArn"]
        started = self.machines.start_execution(
            stateMachineArn=machine, input=json.dumps({"trigger": trigger})
        )
        deadline = time.monotonic() + EXECUTION_SECONDS
        while time.monotonic() < deadline:
            execution = self.machines.describe_execution(executionArn=started["executionArn"])
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


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder, in memory if it can be: the engine unpacks the layer for every cold function.

    On a disk its 2,400 files take four to eight times the processor's time.
    """
    there = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
    with TemporaryDirectory(prefix="e2e-", dir=MEMORY if there else None) as name:
        yield Path(name)


@pytest.fixture
def engine_folder() -> Iterator[Path]:
    """For an engine of the test's own."""
    with folder_in_memory() as folder:
        yield folder


@contextmanager
def engine_for_many(*, auth: bool = False) -> Iterator[Engine]:
    with folder_in_memory() as folder:
        engine = Engine.start(folder, auth=auth)
        try:
            yield engine
        finally:
            engine.stop()


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """An embedded AWS that evaluates no policies."""
    with engine_for_many() as engine:
        yield engine


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
def guarded_application(package: Package) -> Iterator[Application]:
    """The application in an AWS that evaluates the policies of its roles; nothing is synced yet."""
    with engine_for_many(auth=True) as engine, stand_in("e2e", ASSETS) as mediamosa:
        yield deployed(engine, package, mediamosa, page_size=10, steps=2)


@contextmanager
def running(
    engine: Engine, package: Package, name: str, *, assets: int, page_size: int, steps: int = 1
) -> Iterator[Application]:
    """A stack of its own in the engine, with a MediaMosa of its own."""
    with stand_in(name, assets) as mediamosa:
        yield deployed(engine, package, mediamosa, page_size=page_size, steps=steps, name=name)
        remove(engine, name)


def remove(engine: Engine, name: str) -> None:
    """Delete a stack; its functions first, whose processes would live as long as the engine."""
    formation = client(engine.url, "cloudformation")
    resources = formation.describe_stack_resources(StackName=name)["StackResources"]
    for resource in resources:
        if resource["ResourceType"] == "AWS::Lambda::Function":
            functions = client(engine.url, "lambda")
            functions.delete_function(FunctionName=resource["PhysicalResourceId"])
    formation.delete_stack(StackName=name)


def deployed(
    engine: Engine,
    package: Package,
    mediamosa: StandIn,
    *,
    page_size: int,
    steps: int,
    name: str = STACK,
) -> Application:
    """Deploy the application for the stand-in."""
    settings = Settings.of(
        {"PAGE_SIZE": str(page_size), "STEPS_PER_TICK": str(steps), "TIME_ZONE": TIME_ZONE}
    )
    server = Server(mediamosa.url, USER_NAME, PASSWORD)
    chosen = parameters(settings, server) | {"ScheduleExpression": "rate(1 day)"}
    stack = deploy(engine, package, chosen, name)
    viewer = StatusApi(stack.api_url, stack.secret("ViewerTokenArn"))
    operator = StatusApi(stack.api_url, stack.secret("OperatorTokenArn"))
    return Application(stack, mediamosa, viewer, operator, client(engine.url, "stepfunctions"))
