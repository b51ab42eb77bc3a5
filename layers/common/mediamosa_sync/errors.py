"""What can go wrong outside, drawn as a tree.

    SyncError
    ├── AssetServerError            MediaMosa did not do what was asked
    │   ├── Unavailable             transient: not reached, too slow, 5xx
    │   │   └── Troubled            MediaMosa answered with an error of its own: a deadlock
    │   ├── NotMediaMosa            something answered that is not MediaMosa: HTML, a redirect
    │   ├── Malformed               MediaMosa's XML is broken or contradicts itself
    │   │   └── Unreadable          a page of the list, by what stands in it
    │   ├── NotLoggedIn             user name or key are not accepted
    │   └── Refused                 MediaMosa understood and said no (a result id)
    │       ├── PropertyRefused     to the value of one property, which it names
    │       └── ValuesRefused       its database cannot take one of the values, and names none
    ├── StoreError                  DynamoDB did not do what was asked
    │   ├── StoreUnavailable        transient: throttled, contended beyond patience, not reached
    │   └── Fenced                  the step is no longer the newest: it must stop
    ├── SecretUnavailable           the connection's secret could not be read
    └── PlannerUnavailable          the step function could not be asked for a plan
        └── PlannerTimedOut         it did not answer in time

Every message is one sentence for people: what is wrong and what to do. No secret stands in it.
"""

from __future__ import annotations


class SyncError(Exception):
    """Base of everything that a port raises."""


class AssetServerError(SyncError):
    """MediaMosa did not do what was asked."""

    kind = "asset_server"


class Unavailable(AssetServerError):
    """Nothing wrong with the request: trying again later may work."""

    kind = "unavailable"


class Troubled(Unavailable):
    """MediaMosa answers, with an error of its own (result 500) that may pass (protocol § 14)."""

    kind = "troubled"


class NotMediaMosa(AssetServerError):
    """The address answers, but not with MediaMosa's XML."""

    kind = "not_mediamosa"


class Malformed(AssetServerError):
    """The XML is not well-formed, too large, has a DOCTYPE, or its counts contradict its items."""

    kind = "malformed"


class Unreadable(Malformed):
    """A page of the list came whole, twice, and cannot be read for what stands in it.

    It is not well-formed or larger than what is read; a page of fewer rows may be neither
    (protocol § 14). Only :meth:`AssetServer.page` raises it.
    """

    kind = "unreadable"


class NotLoggedIn(AssetServerError):
    """The login was refused, or a fresh session was not accepted (protocol § 3)."""

    kind = "not_logged_in"


class Refused(AssetServerError):
    """MediaMosa answered with an error result (protocol § 4).

    Attributes:
        result_id: the ``request_result_id``.
    """

    kind = "refused"

    def __init__(self, message: str, result_id: int) -> None:
        super().__init__(message)
        self.result_id = result_id


class PropertyRefused(Refused):
    """MediaMosa does not take the value of one property (result 1003, protocol § 4).

    Attributes:
        name: the property's.
    """

    kind = "property_refused"

    def __init__(self, message: str, result_id: int, name: str) -> None:
        super().__init__(message, result_id)
        self.name = name


class ValuesRefused(Refused):
    """MediaMosa's database cannot take one of the values (result 500 with SQLSTATE 22…, § 14)."""

    kind = "values_refused"


class StoreError(SyncError):
    """DynamoDB did not do what was asked."""


class StoreUnavailable(StoreError):
    """Throttled, contended or not reached, after bounded retries; nothing half-done remains."""


class Fenced(StoreError):
    """The run item is not of the step's generation and sequence any more."""


class SecretUnavailable(SyncError):
    """The secret does not exist, may not be read, or Secrets Manager was not reached."""

    kind = "secret_unavailable"


class PlannerUnavailable(SyncError):
    """The step function was not reached, or failed."""


class PlannerTimedOut(PlannerUnavailable):
    """The step function did not answer in time; what it still does is reading."""
