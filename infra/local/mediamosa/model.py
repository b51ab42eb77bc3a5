"""The MediaMosa server as a pure model: a request in, an answer out.

No I/O, no wall clock, no randomness: clock, ids and the applications' time zones are given to
it. The HTTP skin stands over it, and a simulator may too.
"""

from __future__ import annotations

from collections.abc import Callable

from infra.local.mediamosa import login, properties, routes
from infra.local.mediamosa.answers import (
    EMPTY_RESULT,
    EMPTY_RESULT_TEXT,
    NOT_FOUND,
    OKAY,
    Answer,
    Element,
    Outcome,
    Request,
)
from infra.local.mediamosa.context import Context, Ids, Settings
from infra.local.mediamosa.errors import RefusedError
from infra.local.mediamosa.parameters import Parameters
from infra.local.mediamosa.records import Application, Session
from infra.local.mediamosa.routes import Route
from infra.local.mediamosa.store import Store

VERSION = "3.6.2"
BUILD = "2208"
_ERROR_CODES = (
    ("HTTP_OK", 200, ""),
    ("HTTP_CREATED", 201, ""),
    ("HTTP_NO_CONTENT", 204, ""),
    ("HTTP_UNAUTHORIZED", 401, ""),
    ("HTTP_FORBIDDEN", 403, ""),
    ("HTTP_NOT_FOUND", 404, "Page not found: @uri (method: @method, parameters: @params)"),
    ("ERRORCODE_OKAY", 601, ""),
    (
        "ERRORCODE_TIME_RESTRICTION_START",
        602,
        "There is a time_restriction_start error: @date (@timestamp)",
    ),
    (
        "ERRORCODE_TIME_RESTRICTION_END",
        603,
        "There is a time_restriction_end error: @date (@timestamp)",
    ),
    ("ERRORCODE_FILE_NOT_FOUND", 604, "The file '@filename' does not exist"),
)


class MediaMosa:
    """One server with its tables, sessions and settings.

    `clock` returns whole seconds since 1970 and is read once for each request.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], int],
        ids: Ids,
        settings: Settings | None = None,
        czp: bool = False,
    ) -> None:
        self.clock = clock
        self.ids = ids
        self.settings = settings or Settings()
        self.store = Store()
        self.sessions = login.Sessions()
        installed = clock()
        for one in properties.shipped(installed, czp=czp):
            self.store.add_property(one)

    def add_application(self, application: Application) -> Application:
        """Add an application, or another one in its place."""
        self.store.applications[application.app_id] = application
        return application

    def context(self, application: Application) -> Context:
        """Return what calls of this application may use, for whoever fills the tables."""
        return Context(self.store, self.settings, application, self.ids, self.clock())

    def handle(self, request: Request, instead: RefusedError | None = None) -> Answer:
        """Answer one request; with `instead` refuse it so, without looking at it."""
        now = self.clock()
        session, fresh = self.sessions.open(request.session, self.ids, now)
        new_session = session.key if fresh else None
        found = routes.match(request.method, request.path)
        if found is None:
            return _not_found(request, new_session)
        route, named = found
        try:
            if instead is not None:
                raise instead
            outcome = self._run(route, named, request, session, now)
        except RefusedError as refusal:
            outcome = Outcome(
                total=0, done=True, result_id=refusal.result_id, description=refusal.description
            )
        return _answer(request, route, outcome, new_session)

    def _run(
        self, route: Route, named: dict[str, str], request: Request, session: Session, now: int
    ) -> Outcome:
        if route.run is None:
            parameters = Parameters.collect(named, request.query, request.form)
            if route.uri == "login":
                self.sessions.keep(session)
                return login.step(self.store, session, self.ids, parameters)
            return _version() if route.uri == "version" else _error_codes()
        application = login.application(self.store, session)
        parameters = Parameters.collect(named, request.query, request.form)
        context = Context(self.store, self.settings, application, self.ids, now)
        return route.run(context, parameters)


def _not_found(request: Request, new_session: str | None) -> Answer:
    return Answer(
        request.address,
        method=request.method,
        result_id=NOT_FOUND,
        description=f"Page not found: {request.path} (method: -, parameters: -)",
        new_session=new_session,
    )


def _answer(request: Request, route: Route, outcome: Outcome, new_session: str | None) -> Answer:
    result_id, description = outcome.result_id, outcome.description
    if result_id == OKAY and not outcome.items and not outcome.done:
        result_id, description = EMPTY_RESULT, EMPTY_RESULT_TEXT
    return Answer(
        request.address,
        call_class=route.call_class,
        matched_method=route.method,
        matched_uri=f"/{route.uri}",
        method=request.method,
        result_id=result_id,
        description=description,
        items=outcome.items,
        total=len(outcome.items) if outcome.total is None else outcome.total,
        offset=outcome.offset,
        new_session=new_session,
    )


def _version() -> Outcome:
    fields = (Element("version", VERSION), Element("build", BUILD), Element("info"))
    return Outcome((Element("item", fields),))


def _error_codes() -> Outcome:
    return Outcome(
        tuple(
            Element(
                "item",
                (Element("name", name), Element("code", str(code)), Element("message", message)),
            )
            for name, code, message in _ERROR_CODES
        )
    )
