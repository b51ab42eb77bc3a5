"""One `make run`, from the lock to the last file removed."""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from infra.local.build import build
from infra.local.deploy import Stack, deploy
from infra.local.engine import KEY_ID, PROJECT, REGION, SECRET_KEY, Engine
from infra.local.errors import LocalError
from infra.local.interrupts import Interrupts
from infra.local.processes import free_port
from infra.local.progress import Follower, display
from infra.local.settings import Server, Settings
from infra.local.standin import StandIn
from infra.local.status import StatusApi

FOLDER = PROJECT / ".local"
READY_SECONDS = 60.0
LOOK_SECONDS = 0.25

# A stand-in on the same machine need not be spared.
STAND_IN_REQUESTS_PER_SECOND = 100
SERVER_REQUESTS_PER_SECOND = 5


@dataclass(frozen=True, slots=True)
class Run:
    """All that another program needs to use the running application (`.local/run.json`)."""

    page_url: str
    api_url: str
    viewer_token: str
    operator_token: str
    aws_endpoint_url: str
    region: str
    aws_access_key_id: str
    aws_secret_access_key: str
    media_table: str
    sync_table: str
    connection_id: str
    mediamosa_url: str
    mediamosa_username: str
    mediamosa_password: str


def run(
    settings: Settings, console: Console, interrupts: Interrupts, folder: Path = FOLDER
) -> None:
    """Run the application until the caller interrupts it; leave nothing behind but a build.

    Raises:
        LocalError: another one runs already, or something does not start.
        Interrupted: somebody ended it; all is stopped by then.
    """
    with ExitStack() as stack:
        stack.enter_context(_alone(folder))
        ports = _prepare(folder, keep=settings.keep)
        stack.callback(_clean, folder, keep=settings.keep)
        stack.callback(console.print, "Stopped.")
        console.print("Starting the embedded AWS and MediaMosa ...")
        with interrupts.shield():
            engine = Engine.start(folder / "engine", port=ports.engine, keep=settings.keep)
            stack.callback(engine.stop)
        with interrupts.shield():
            server = settings.server or _stand_in(settings, folder, ports.stand_in, stack)
        console.print("Building and deploying (a minute the first time) ...")
        deployed = deploy(engine, build(folder / "build"), parameters(settings, server))
        deployed.execute()
        started = _wait_until_ready(deployed, server)
        (folder / "run.json").write_text(json.dumps(asdict(started), indent=2), "utf-8")
        stack.callback((folder / "run.json").unlink)
        stack.callback(console.print, "Stopping ...")
        _introduce(started, settings, console)
        _watch(started, console)


def parameters(settings: Settings, server: Server) -> dict[str, str]:
    """Return the template's parameters for a run against a server."""
    rate = SERVER_REQUESTS_PER_SECOND if settings.server else STAND_IN_REQUESTS_PER_SECOND
    return {
        "MediaMosaUrl": server.url,
        "MediaMosaUserName": server.user_name,
        "MediaMosaPassword": server.password,
        "TimeZone": settings.time_zone,
        "PageSize": str(settings.page_size),
        "MaxStepsPerTick": str(settings.steps_per_tick),
        "ScheduleExpression": "rate(1 minute)",
        "RequestsPerSecond": str(rate),
        # Whoever starts this names the server: that is the leave to call it, wherever it is.
        "AllowedHosts": server.host,
        "AllowHttp": "true" if server.url.startswith("http:") else "false",
    }


@dataclass(frozen=True, slots=True)
class _Ports:
    engine: int
    stand_in: int


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system frees it even if this process is killed."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalError(
                "MediaMosa Sync runs here already: use that one, or end it with Ctrl-C first."
            ) from None
        yield


def _prepare(folder: Path, *, keep: bool) -> _Ports:
    """Clear away what is not kept and return the ports, the same ones for a kept state.

    The kept state names the ports: the connection's id is made of the stand-in's address.
    """
    _clean(folder, keep=keep)
    kept = folder / "ports.json"
    if keep and kept.exists():
        return _Ports(**json.loads(kept.read_text("utf-8")))
    shutil.rmtree(folder / "engine", ignore_errors=True)
    shutil.rmtree(folder / "mediamosa", ignore_errors=True)
    kept.unlink(missing_ok=True)
    ports = _Ports(free_port(), free_port())
    if keep:
        kept.write_text(json.dumps(asdict(ports)), "utf-8")
    return ports


def _clean(folder: Path, *, keep: bool) -> None:
    (folder / "run.json").unlink(missing_ok=True)
    if not keep:
        shutil.rmtree(folder / "engine", ignore_errors=True)
        shutil.rmtree(folder / "mediamosa", ignore_errors=True)
        (folder / "ports.json").unlink(missing_ok=True)


def _stand_in(settings: Settings, folder: Path, port: int, stack: ExitStack) -> Server:
    home = folder / "mediamosa"
    state = home / "state.json" if settings.keep else None
    stand_in = StandIn.start(settings, port=port, log=home / "mediamosa.log", state=state)
    stack.callback(stand_in.stop)
    return stand_in.server


def _wait_until_ready(stack: Stack, server: Server) -> Run:
    """Wait until the API tells the connection and the schedule is on."""
    viewer, operator = stack.secret("ViewerTokenArn"), stack.secret("OperatorTokenArn")
    api = StatusApi(stack.api_url, viewer)
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        for status in api.statuses():
            if status["user_name"] == server.user_name and status["next_run"]:
                return Run(
                    page_url=f"{stack.api_url}/page",
                    api_url=stack.api_url,
                    viewer_token=viewer,
                    operator_token=operator,
                    aws_endpoint_url=stack.engine.url,
                    region=REGION,
                    aws_access_key_id=KEY_ID,
                    aws_secret_access_key=SECRET_KEY,
                    media_table=stack.outputs["MediaTableName"],
                    sync_table=stack.outputs["SyncTableName"],
                    connection_id=status["connection_id"],
                    mediamosa_url=server.url,
                    mediamosa_username=server.user_name,
                    mediamosa_password=server.password,
                )
        time.sleep(0.2)
    raise LocalError(
        f"The API does not tell the state of the connection within {READY_SECONDS:.0f} seconds: "
        f"see {stack.engine.process.log}."
    )


def _introduce(started: Run, settings: Settings, console: Console) -> None:
    what = "a real server" if settings.server else f"the stand-in, {settings.assets} assets"
    for line in (
        "",
        f"Sync page       {started.page_url}",
        f"Operator token  {started.operator_token}",
        f"Viewer token    {started.viewer_token}",
        f"MediaMosa       {started.mediamosa_url} ({what})",
        "",
        "The sync runs every minute. Ctrl-C stops everything.",
        "",
    ):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _watch(started: Run, console: Console) -> None:
    """Show what the sync does until interrupted."""
    api = StatusApi(started.api_url, started.viewer_token)
    shown = display(console)
    follower = Follower(shown)
    try:
        while True:
            status = api.status(started.connection_id)
            if status is not None:
                follower.follow(status)
            time.sleep(LOOK_SECONDS)
    finally:
        shown.close()
