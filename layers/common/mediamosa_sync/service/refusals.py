"""Why a request of an admin is not carried out."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """An admin's request is not carried out; the message is one sentence: why, and what to do.

    Attributes:
        slug: names the kind, for programs; it never changes.
        names_nothing: whether what the request named is nothing that there is.
    """

    slug: ClassVar[str]
    names_nothing: ClassVar[bool] = False


class InvalidRequest(Refusal):
    """Something in the request is not as it must be."""

    slug = "bad-request"


class Forbidden(Refusal):
    """The role may look only."""

    slug = "forbidden"


class UnknownConnection(Refusal):
    """No connection has this id."""

    slug = "connection-not-found"

    def __init__(self) -> None:
        super().__init__("There is no connection with this id: GET connections lists them.")


class ConnectionExists(Refusal):
    """The connection, or one to the same server under another spelling, is there already."""

    slug = "connection-exists"


class StackOwned(Refusal):
    """What is to be changed is a parameter of the stack."""

    slug = "stack-owned"


class NothingHeld(Refusal):
    """There is no list to decide about."""

    slug = "nothing-held"
    names_nothing = True

    def __init__(self) -> None:
        super().__init__("No deletion is held, so there is nothing to decide about.")


class HeldChanged(Refusal):
    """The list is not the one that the person saw."""

    slug = "held-changed"
    names_nothing = True

    def __init__(self) -> None:
        super().__init__(
            "The list of held deletions is not the one of this token any more: look at it again, "
            "then decide with its new token."
        )


class HeldDecided(Refusal):
    """Another decision about the held deletions is not yet carried out."""

    slug = "held-decided"

    def __init__(self) -> None:
        super().__init__(
            "Another decision about the held deletions waits or is being carried out: let the next "
            "runs finish it, then look at the list again."
        )


class RemovedNotFound(Refusal):
    """No copy of such a record is kept."""

    slug = "removed-not-found"
    names_nothing = True

    def __init__(self) -> None:
        super().__init__(
            "No removed record of this asset is kept (any more): GET removed lists those that are."
        )


class RecordExists(Refusal):
    """The removed record's key is taken, or somebody else changed it at the same moment."""

    slug = "record-exists"


class ConflictNotFound(Refusal):
    """The conflict log has no such entry (any more)."""

    slug = "conflict-not-found"
    names_nothing = True

    def __init__(self) -> None:
        super().__init__("There is no conflict with this id (any more): GET conflicts lists them.")


class PropertyNotPushed(Refusal):
    """What is written into the record would not reach MediaMosa."""

    slug = "property-not-pushed"


class RecordNotTied(Refusal):
    """The record is gone, or is not synced with the asset any more."""

    slug = "record-not-tied"


class PropertyChanged(Refusal):
    """The property is not what it was when the person looked at it."""

    slug = "property-changed"


class PropertiesNotRead(Refusal):
    """Which properties MediaMosa has is not known yet."""

    slug = "properties-not-read"

    def __init__(self) -> None:
        super().__init__(
            "MediaMosa's properties have not been read yet: wait for the connection's first run, "
            "then try again."
        )


class ConnectionUnusable(Refusal):
    """The connection is switched off, or its configuration cannot be used."""

    slug = "connection-unusable"


class MediaMosaUnavailable(Refusal):
    """MediaMosa did not do what was asked."""

    slug = "mediamosa-unavailable"


class PlanTooLarge(Refusal):
    """What a plan's next page has to know is more than its token may hold."""

    slug = "plan-too-large"

    def __init__(self) -> None:
        super().__init__(
            "The plan has grown too large to be handed on, because so many records are to be tied "
            "or changed at once: what the pages so far say holds, the rest only a run shows."
        )


class PlanUnavailable(Refusal):
    """The tables, or the function that plans, could not be reached."""

    slug = "unavailable"


class PlanTimedOut(Refusal):
    """Planning a page took too long."""

    slug = "timeout"

    def __init__(self) -> None:
        super().__init__(
            "MediaMosa took too long to answer for this page of the plan: try the same again, and "
            "with smaller pages if it goes on."
        )
