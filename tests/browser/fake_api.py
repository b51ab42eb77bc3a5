"""The stage as the page sees it: its static files and an API that answers whatever a test gives it.

The static files come from the page's own handler, so that a page which breaks its
Content-Security-Policy breaks here. What goes either way is held against the API's description.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from functions.page.handler import lambda_handler
from tests.openapi.description import validator

VIEWER = "viewer-token"
OPERATOR = "operator-token"
# The instant of the described examples: their next run is 40 seconds ahead.
NOW = datetime(2026, 11, 23, 14, 4, 20, tzinfo=UTC)
BEFORE_REQUESTED = {"paused", "failing", "held"}
TOKEN = "4f1f3e2a9d7c4b6f8a5e0c1d2b3a4958"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request below a connection."""

    connection_id: str
    rest: tuple[str, ...]
    query: dict[str, str]
    body: Json


def json_answer(status: int, body: object, **headers: str) -> Answer:
    media_type = "application/problem+json" if status >= 400 else "application/json"
    return Answer(status, json.dumps(body).encode(), {"Content-Type": media_type} | headers)


def problem(status: int, name: str, detail: str) -> Answer:
    title = name.replace("-", " ").capitalize()
    body = {"type": f"/problems/{name}", "title": title, "status": status, "detail": detail}
    return json_answer(status, body)


GONE = problem(404, "connection-not-found", "There is no connection with this id.")

# Schemas of the description: of what each route answers, and of what it takes.
ANSWERS = {
    "runs": "RunList", "audit": "AuditList", "held": "HeldList", "removed": "RemovedList",
    "links": "LinkList", "conflicts": "ConflictList", "properties": "PropertyList",
    "full": "FullMark", "approve": "DecisionMark", "reject": "DecisionMark",
    "retry": "Marks", "discard": "Marks", "restore": "Restored", "use-record-value": "Conflict",
    "plan": "PlanPage",
}  # fmt: skip
BODIES = {
    "pause": "Direction", "resume": "Direction", "approve": "Decision", "reject": "Decision",
    "retry": "Chosen", "discard": "Chosen", "properties": "Rules", "plan": "PlanRequest",
}  # fmt: skip


@dataclass(slots=True)
class FakeApi:
    """What the API is to answer, and what it was asked. Tests change it while the page runs."""

    stage: str
    now: datetime
    statuses: list[Json] = field(default_factory=list)
    lists: dict[str, list[Json]] = field(default_factory=dict)
    plan: list[Json] = field(default_factory=list)
    held_token: str | None = TOKEN
    failing_with: int | None = None
    # By the end of a request such as "POST held/approve": what is answered instead.
    instead: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    bodies: list[tuple[str, Json]] = field(default_factory=list)
    # What went over the wire for static files: name, bytes.
    sent: list[tuple[str, int]] = field(default_factory=list)
    # Where this stand-in, or the page, departed from the description.
    departures: list[str] = field(default_factory=list)
    as_described: bool = True
    # Called with every request below a connection, before it is answered.
    before: Callable[[FakeApi, Asked], None] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, request: str) -> int:
        """Return how many requests began so, such as "GET connections", whatever was answered."""
        with self.lock:
            return sum(each.startswith(request) for each in self.requests)

    def looked(self, *, unchanged: bool = False) -> int:
        """Return how often a status, or all of them, was asked for; or was as it had been."""
        tail = re.escape(" (unchanged)") if unchanged else "( .*)?"
        with self.lock:
            return sum(
                re.fullmatch(f"GET connections(/[0-9a-f]{{40}})?{tail}", each) is not None
                for each in self.requests
            )

    def taken(self, request: str) -> list[Json]:
        """Return the bodies of the requests that ended so, such as "POST held/approve"."""
        with self.lock:
            return [body for each, body in self.bodies if ends(each, request)]

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        parts = urlsplit(path)
        if not parts.path.startswith(f"/{self.stage}/"):
            # Of a page that another test had open.
            return problem(404, "not-found", "There is nothing at this address.")
        name = parts.path.removeprefix(f"/{self.stage}/")
        with self.lock:
            if name == "page" or name.startswith("page/"):
                self.requests.append(f"{method} {name}")
                answer = static(name.removeprefix("page").removeprefix("/") or None, headers)
                self.sent.append((name, len(answer.body)))
                return answer
            self.requests.append(f"{method} {name}" + (f"?{parts.query}" if parts.query else ""))
            given = json.loads(body) if body else {}
            if body:
                self.bodies.append((f"{method} {name}", given))
            answer = self._guarded(method, name, headers, dict(parse_qsl(parts.query)), given)
            self._compare(method, name, given, answer)
            return answer

    def status(self, connection_id: str) -> Json | None:
        """Return the status of a connection, which is the one that is answered."""
        return next((one for one in self.statuses if one["connection_id"] == connection_id), None)

    def of(self, name: str) -> list[Json]:
        """Return the items of a list such as "runs"; the caller may change them."""
        return self.lists.setdefault(name, [])

    def instant(self) -> str:
        return f"{self.now:%Y-%m-%dT%H:%M:%SZ}"

    def _guarded(
        self, method: str, name: str, headers: dict[str, str], query: dict[str, str], body: Json
    ) -> Answer:
        if self.failing_with:
            return problem(self.failing_with, "internal", "The request could not be done.")
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if token not in {VIEWER, OPERATOR}:
            return problem(401, "unauthorized", "Send a known token.")
        if method != "GET" and token == VIEWER:
            return problem(403, "forbidden", "A viewer may look only: use an operator's token.")
        for request, answer in self.instead.items():
            if ends(f"{method} {name}", request):
                return answer
        return self._known(method, name, headers, query, body)

    def _known(
        self, method: str, name: str, headers: dict[str, str], query: dict[str, str], body: Json
    ) -> Answer:
        _, *ids = (unquote(part) for part in name.split("/"))
        if not ids:
            if method == "POST":
                return self._add(body)
            return self._tagged({"items": self.statuses, "next": None}, headers)
        status = self.status(ids[0])
        if status is None:
            return GONE
        asked = Asked(ids[0], tuple(ids[1:]), query, body)
        if self.before and asked.rest:
            self.before(self, asked)
        if not asked.rest:
            return self._tagged(status, headers) if method == "GET" else self._change(asked)
        if method == "GET":
            return self._list(asked)
        does = ROUTES.get((method, asked.rest[0], asked.rest[-1]))
        return does(self, asked) if does else problem(404, "not-found", "There is nothing here.")

    def _tagged(self, body: object, headers: dict[str, str]) -> Answer:
        etag = f'"{hashlib.sha256(json.dumps(body).encode()).hexdigest()[:16]}"'
        if headers.get("if-none-match") == etag:
            self.requests[-1] += " (unchanged)"
            return Answer(304, b"", {"ETag": etag})
        return json_answer(200, body, ETag=etag)

    def _list(self, asked: Asked) -> Answer:
        name = asked.rest[0]
        items = [item for item in self.of(name) if wanted(item, asked.query)]
        start, limit = int(asked.query.get("next", 0)), int(asked.query.get("limit", 20))
        if name == "properties":
            read_at = "2026-11-23T09:00:02Z" if items else None
            return json_answer(200, {"items": items, "next": None, "read_at": read_at})
        after = start + limit if start + limit < len(items) else None
        body: Json = {"items": items[start : start + limit], "next": after and str(after)}
        if name == "held":
            body |= {"token": self.held_token if items else None, "count": len(items)}
        return json_answer(200, body)

    def _add(self, body: Json) -> Answer:
        made = dict(self.statuses[0])
        made |= {"connection_id": "c" * 40, "url": body["url"], "user_name": body["user_name"]}
        self.statuses.append(made)
        return json_answer(201, made, Location="connections/" + "c" * 40)

    def _change(self, asked: Asked) -> Answer:
        status = self._of(asked)
        configuration = status["configuration"]
        given = {key: value for key, value in asked.body.items() if key != "password"}
        policies = configuration["policies"] | given.pop("policies", {})
        status["configuration"] = configuration | given | {"policies": policies}
        status["state"] = "idle" if status["configuration"]["enabled"] else "paused"
        return json_answer(200, status)

    def _of(self, asked: Asked) -> Json:
        status = self.status(asked.connection_id)
        assert status is not None
        return status

    def _restart(self, asked: Asked) -> Answer:
        status = self._of(asked)
        status["restart_requested_at"] = status["restart_requested_at"] or self.instant()
        if status["state"] not in BEFORE_REQUESTED:
            status["state"] = "requested"
        return json_answer(202, {key: status[key] for key in ("restart_requested_at", "next_run")})

    def _withdraw(self, asked: Asked) -> Answer:
        status = self._of(asked)
        withdrawn = status["restart_requested_at"] is not None
        status["restart_requested_at"] = None
        if status["state"] == "requested":
            status["state"] = "idle"
        return json_answer(200, {"withdrawn": withdrawn})

    def _full(self, asked: Asked) -> Answer:
        status = self._of(asked)
        status["full_requested_at"] = status["full_requested_at"] or self.instant()
        mark = {"requested_at": status["full_requested_at"], "next_run": status["next_run"]}
        return json_answer(202, mark)

    def _pause(self, asked: Asked) -> Answer:
        status = self._of(asked)
        paused = set(status["configuration"]["paused"])
        which = {"both": {"pull", "push"}}.get(
            asked.body["direction"], {str(asked.body["direction"])}
        )
        paused = paused | which if asked.rest[0] == "pause" else paused - which
        status["configuration"]["paused"] = sorted(paused)
        said = f"An admin has paused {' and '.join(sorted(paused))}: resume to go on."
        status |= {"state": "paused", "reason": said} if paused else {"state": "idle"}
        return json_answer(200, status)

    def _decide(self, asked: Asked) -> Answer:
        if asked.body["token"] != self.held_token:
            said = "The list of held deletions is not the one of this token any more: look again."
            return problem(409, "held-changed", said)
        return json_answer(202, {"at": self.instant(), "next_run": self._of(asked)["next_run"]})

    def _restore(self, asked: Asked) -> Answer:
        media_id = next(
            item["media_id"] for item in self.of("removed") if item["asset_id"] == asked.rest[1]
        )
        body = {"asset_id": asked.rest[1], "media_id": media_id, "restored_at": self.instant()}
        return json_answer(200, body)

    def _use_record_value(self, asked: Asked) -> Answer:
        conflict = next(
            item for item in self.of("conflicts") if item["conflict_id"] == asked.rest[1]
        )
        conflict |= {"resolved_at": self.instant(), "resolved_by": "operator"}
        return json_answer(200, conflict)

    def _mark_parked(self, asked: Asked) -> Answer:
        links = self.of("links")
        chosen = [item for item in links if item["state"] == "parked" and is_chosen(item, asked)]
        now, later = chosen[:100], chosen[100:]
        self.lists["links"] = [item for item in links if item not in now]
        marks = {"marked": len(now), "left": [], "more": "all" in asked.body and bool(later)}
        return json_answer(202, marks | {"next_run": self._of(asked)["next_run"]})

    def _plan(self, asked: Asked) -> Answer:
        page = int(asked.body.get("next", 0))
        after = page + 1 if page + 1 < len(self.plan) else None
        return json_answer(200, self.plan[page] | {"next": after and str(after)})

    def _rules(self, asked: Asked) -> Answer:
        rules = {rule["name"]: rule for rule in asked.body["fields"]}
        for item in self.of("properties"):
            if item["direction"] is not None:
                rule = rules.get(item["name"], {})
                item["direction"] = rule.get("direction", "both")
                item["record_name"] = rule.get("record_name", item["name"])
        return self._list(asked)

    def _compare(self, method: str, name: str, given: Json, answer: Answer) -> None:
        """Note where a body on its way is not as the description says."""
        below = name.split("/")[2:]
        bodies = [(given, BODIES.get(below[-1]) if below else None)]
        if answer.status >= 400:
            bodies.append((json.loads(answer.body), "Problem"))
        elif answer.status != 304:
            bodies.append((json.loads(answer.body), answer_schema(method, name)))
        for body, schema in bodies:
            if schema and body and self.as_described:
                self.departures += [
                    f"{method} {name}: {fault.message}"
                    for fault in validator(schema).iter_errors(body)
                ]


ROUTES: dict[tuple[str, str, str], Callable[[FakeApi, Asked], Answer]] = {
    ("POST", "restart", "restart"): FakeApi._restart,
    ("DELETE", "restart", "restart"): FakeApi._withdraw,
    ("POST", "full", "full"): FakeApi._full,
    ("POST", "pause", "pause"): FakeApi._pause,
    ("POST", "resume", "resume"): FakeApi._pause,
    ("POST", "held", "approve"): FakeApi._decide,
    ("POST", "held", "reject"): FakeApi._decide,
    ("POST", "removed", "restore"): FakeApi._restore,
    ("POST", "conflicts", "use-record-value"): FakeApi._use_record_value,
    ("POST", "parked", "retry"): FakeApi._mark_parked,
    ("POST", "parked", "discard"): FakeApi._mark_parked,
    ("POST", "plan", "plan"): FakeApi._plan,
    ("PUT", "properties", "properties"): FakeApi._rules,
}


def ends(asked: str, request: str) -> bool:
    """Tell whether "POST connections/<id>/held/approve" is "POST held/approve"."""
    method, name = request.split(" ", 1)
    return asked.startswith(method) and re.search(rf"(^|[/ ]){re.escape(name)}$", asked) is not None


def wanted(item: Json, query: dict[str, str]) -> bool:
    return all(query.get(key) in {None, item.get(key)} for key in ("state", "asset_id", "media_id"))


def is_chosen(item: Json, asked: Asked) -> bool:
    if "all" in asked.body:
        return True
    return any(item[kind] in asked.body.get(f"{kind}s", ()) for kind in ("asset_id", "media_id"))


def answer_schema(method: str, name: str) -> str | None:
    """Return what the description says that a route answers."""
    below = name.split("/")[1:]
    if len(below) == 0:
        return "ConnectionList" if method == "GET" else "Status"
    if len(below) == 1 or below[-1] in {"pause", "resume"}:
        return "Status"
    if below[-1] == "restart":
        return "RestartMark" if method == "POST" else "Withdrawn"
    return ANSWERS.get(below[-1])


def static(name: str | None, headers: dict[str, str]) -> Answer:
    """Answer as the deployed page does, through API Gateway, which decodes what is base64."""
    response = lambda_handler(
        {"pathParameters": {"file": name} if name else None, "headers": headers}, None
    )
    body = response["body"].encode()
    if response.get("isBase64Encoded"):
        body = base64.b64decode(body)
    return Answer(response["statusCode"], body, response["headers"])
