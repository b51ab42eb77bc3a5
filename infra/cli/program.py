"""What every command shares: its options, its tools, and how it ends."""

from __future__ import annotations

import inspect
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from random import Random, SystemRandom
from typing import Annotated, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from infra.cli.choosing import choose, suggestions
from infra.cli.client import Api
from infra.cli.errors import CliError
from infra.cli.screen import Format, Screen
from infra.cli.settings import API_URL, CONNECTION, PASSWORD, Access, access
from infra.cli.text import safe

FINE, ERROR, DIFFERENCES, INTERRUPTED = 0, 1, 2, 130
DEBUG = "MEDIAMOSA_SYNC_DEBUG"
_PANEL = "Which API, which connection, which output"
_COMPLETION_SECONDS = 1.5


def _interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


@dataclass(frozen=True, slots=True)
class Tools:
    """The outside world as commands use it; tests bring their own.

    Attributes:
        interactive: whether a person can be asked.
    """

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    folder: Path = field(default_factory=Path.cwd)
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    random: Random = field(default_factory=SystemRandom)
    interactive: Callable[[], bool] = _interactive


class Cli:
    """One command under way: its API, the connection it is about, and where it prints."""

    def __init__(
        self, tools: Tools, *, connection: str | None, output: Format, api_url: str | None
    ) -> None:
        self.tools = tools
        self.wanted = connection
        self.screen = Screen(output)
        self._api_url = api_url

    @cached_property
    def access(self) -> Access:
        """Where the API is."""
        return access(self.tools.environ, self.tools.folder, self._api_url)

    @cached_property
    def api(self) -> Api:
        """The API."""
        return Api(self.access, sleep=self.tools.sleep, random=self.tools.random)

    @cached_property
    def connection_id(self) -> str:
        """The connection that this command is about: the one named, or the only one."""
        return choose(self.api.get("connections")["items"], self.wanted)

    def close(self) -> None:
        """Close the network connection, if there is one."""
        if "api" in self.__dict__:
            self.api.close()

    @property
    def home(self) -> str:
        """The path of the connection in the API."""
        return f"connections/{self.connection_id}"

    @property
    def now(self) -> datetime:
        """The instant, by this machine's clock."""
        return self.tools.now()

    def confirm(self, question: str, number: int, *, yes: bool) -> None:
        """Ask a person to type the number that the question is about.

        Raises:
            CliError: it was not typed, or there is nobody to ask and *yes* was not said.
        """
        if yes:
            return
        if not self.tools.interactive():
            raise CliError(f"{question} Nobody can be asked here: say --yes to go on.")
        self.screen.note(question)
        typed: str = typer.prompt(
            f"Type {number} to go on", default="", show_default=False, err=True
        )
        if typed.strip() != str(number):
            raise CliError("Nothing was done: that was not the number.")

    def password(self, whose: str, *, from_stdin: bool) -> str:
        """A shared key: a line of standard input, the environment's, or what a person types.

        Raises:
            CliError: there is none.
        """
        if from_stdin:
            found = sys.stdin.readline().rstrip("\r\n")
        elif told := self.tools.environ.get(PASSWORD, ""):
            found = told
        elif self.tools.interactive():
            found = typer.prompt(f"Shared key of {safe(whose)}", hide_input=True, err=True)
        else:
            found = ""
        if not found:
            raise CliError(f"There is no shared key: set {PASSWORD}, or say --password-stdin.")
        return found


def _connections(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """What can stand for a connection, if the API says so before a person has lost patience."""
    tools = tools_of(ctx)
    try:
        found = access(tools.environ, tools.folder)
        with closing(Api(found, repeats=0, patience_seconds=_COMPLETION_SECONDS)) as api:
            return suggestions(api.get("connections")["items"], incomplete)
    except CliError:
        return []


Output = Annotated[
    Format,
    typer.Option("--output", "-o", help="Tables for people, or JSON.", rich_help_panel=_PANEL),
]
Connection = Annotated[
    str | None,
    typer.Option(
        "--connection",
        "-c",
        envvar=CONNECTION,
        help="Its id, the beginning of it, or user@address; needed if there are several.",
        autocompletion=_connections,
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
ConnectionArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="CONNECTION",
        help="Its id, the beginning of it, or user@address.",
        autocompletion=_connections,
        show_default=False,
    ),
]
ApiUrl = Annotated[
    str | None,
    typer.Option(
        "--api-url",
        help=f"Address of the API, instead of {API_URL}.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def tools_of(ctx: typer.Context) -> Tools:
    """The tools that the program was started with."""
    found = ctx.find_root().obj
    return found if isinstance(found, Tools) else Tools()


def command(
    app: typer.Typer, name: str, *, epilog: str = ""
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function of *app* the command *name*.

    It gets a :class:`Cli` first, then its own parameters; the options of every command are added.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        def run(
            ctx: typer.Context,
            *,
            connection: str | None,
            output: Format,
            api_url: str | None,
            **own: object,
        ) -> None:
            cli = Cli(tools_of(ctx), connection=connection, output=output, api_url=api_url)
            with closing(cli):
                function(cli, **own)

        signature = _with_shared(inspect.signature(function, eval_str=True))
        # Typer reads a function's parameters here, as `inspect` does.
        run.__dict__["__signature__"] = signature
        run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
        app.command(name, help=inspect.getdoc(function), epilog=epilog or None)(run)
        return function

    return register


def _with_shared(signature: inspect.Signature) -> inspect.Signature:
    _, *own = signature.parameters.values()
    kind = inspect.Parameter.KEYWORD_ONLY
    return signature.replace(
        parameters=[
            inspect.Parameter("ctx", kind, annotation=typer.Context),
            *(one.replace(kind=kind) for one in own),
            inspect.Parameter("connection", kind, annotation=Connection, default=None),
            inspect.Parameter("output", kind, annotation=Output, default=Format.TABLE),
            inspect.Parameter("api_url", kind, annotation=ApiUrl, default=None),
        ],
        return_annotation=None,
    )


class Listing(TyperGroup):
    """Commands about a list; without one of them the list itself is shown."""

    # Typer's class of contexts below its public one has no public name.
    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put the command in that was left out."""
        left_out = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, ["list", *args] if left_out else args)


def listing_group(about: str) -> typer.Typer:
    """A group of commands about a list; *about* is its help."""
    return typer.Typer(cls=Listing, help=about, epilog="Without a command the list is shown.")


class Program(TyperGroup):
    """The whole program: ends with a sentence and an exit code, never with a stack trace."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - typer's own signature
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 - typer's own signature
        **extra: object,
    ) -> NoReturn:
        """Run the command that *args* name, and exit."""
        del standalone_mode
        try:
            code = super().main(
                args,
                prog_name,
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
        except CliError as error:
            code = _end(str(error))
        except TyperException as error:
            code = _end(_usage(error))
        except typer.Abort:
            code = _end("Nothing was done.")
        except KeyboardInterrupt:
            code = INTERRUPTED
        except Exception as error:  # noqa: BLE001 - whatever it is, a person gets a sentence
            code = _end(_unforeseen(error))
        sys.exit(code or FINE)


def _end(sentence: str) -> int:
    Screen(Format.TABLE).note(sentence, style="red")
    return ERROR


def _usage(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    sentence = " ".join(error.format_message().split())
    sentence = sentence if sentence.endswith((".", "?")) else f"{sentence}."
    if context is None:
        return sentence
    return f"{sentence} `{context.command_path} --help` tells what can be said."


def _unforeseen(error: Exception) -> str:
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    return (
        f"Something is not as this command expects it ({type(error).__name__}: {error}): check "
        f"that command and API are of the same version; {DEBUG}=1 shows where."
    )
