"""The refusals of a MediaMosa server, with their result ids and texts (§ 4, as recorded)."""

from __future__ import annotations

from infra.local.mediamosa.answers import (
    ASSET_NOT_FOUND,
    MEDIAFILE_NOT_FOUND,
    NOT_AUTHORISED,
    NOT_LOGGED_IN,
    SERVER_ERROR,
)


class RefusedError(Exception):
    """The server refuses a call: `result_id` and `description` go into the envelope."""

    def __init__(self, result_id: int, description: str) -> None:
        super().__init__(f"{result_id} {description}")
        self.result_id = result_id
        self.description = description


def different_values(name: str, first: str, second: str) -> RefusedError:
    """The same parameter in path, query or body with two values."""
    return RefusedError(
        616,
        f"{name} is specified more than once (GET / POST / URI), but has different values "
        f"(value 1; {first} / value 2; {second})",
    )


def asset_not_found(asset_id: str) -> RefusedError:
    """No such asset, or it lies in the trashcan."""
    return RefusedError(
        ASSET_NOT_FOUND, f"The asset with ID '{asset_id}' was not found in the database"
    )


def mediafile_not_found(mediafile_id: str) -> RefusedError:
    """No such mediafile."""
    return RefusedError(
        MEDIAFILE_NOT_FOUND, f"The mediafile with ID '{mediafile_id}' was not found in the database"
    )


def asset_not_empty(count: int) -> RefusedError:
    """A delete without `cascade` of an asset that has mediafiles."""
    return RefusedError(709, f"There are still {count} mediafile(s) present in this asset")


def no_changes() -> RefusedError:
    """An update without anything to update."""
    return RefusedError(715, "Insufficient paramaters given, changes are not saved")


def required(name: str, kind: str) -> RefusedError:
    """A required parameter is missing or empty."""
    return RefusedError(1002, f"Required parameter {name} ({kind}) is missing")


def failed(name: str, kind: str) -> RefusedError:
    """A parameter is not of its type."""
    return RefusedError(1003, f"Parameter validation failed for {name} ({kind})")


def sort_field(name: str) -> RefusedError:
    """No list can be ordered by this."""
    return RefusedError(1004, f"Sorting on '{name}' is not allowed")


def property_in_use() -> RefusedError:
    """A property that still has values is deleted without `cascade`."""
    return RefusedError(
        1023, "There are still one or more properties present in this property definition"
    )


def property_unknown() -> RefusedError:
    """The application has no property of its own of this name."""
    return RefusedError(1024, "Invalid metadata definition")


def cql_exclusive() -> RefusedError:
    """CQL together with search or order parameters."""
    return RefusedError(
        1032,
        "When you define a CQL search string, you can not specify any other search or order by "
        "parameter",
    )


def cql(message: str) -> RefusedError:
    """CQL that cannot be read or means nothing."""
    return RefusedError(1033, f"CQL returned an error; {message}")


def property_exists() -> RefusedError:
    """A property of this name exists already."""
    return RefusedError(1034, "Metadata definition already exists")


def action_and_replace() -> RefusedError:
    """Both ways to say how metadata is written."""
    return RefusedError(1035, "The 'action' and 'replace' vars can not both be set")


def first_character(name: str, kind: str) -> RefusedError:
    """A name that does not begin with a letter."""
    return RefusedError(
        1036, f"The parameter {name} ({kind}) first character must be an alphabetic character"
    )


def too_low(name: str, minimum: int) -> RefusedError:
    """A number below its range."""
    return RefusedError(1037, f"The value of {name} is to low, must be at least {minimum}")


def too_high(name: str, maximum: int) -> RefusedError:
    """A number above its range."""
    return RefusedError(1038, f"The value of {name} is to high, can not be bigger than {maximum}")


def too_long(name: str, maximum: int) -> RefusedError:
    """A text above its length."""
    return RefusedError(
        1040, f"The length of {name} is to long, can not be longer than {maximum} characters"
    )


def not_allowed(name: str, kind: str, allowed: tuple[str, ...]) -> RefusedError:
    """A value that is not on the list."""
    values = "', '".join(allowed)
    return RefusedError(
        1041, f"The value of {name} ({kind}) is not allowed, allowed values are '{values}'"
    )


def not_logged_in() -> RefusedError:
    """No session, or one that nobody logged in with."""
    return RefusedError(NOT_LOGGED_IN, "Authentication failed, access denied")


def not_authorised(reason: str) -> RefusedError:
    """Another application's asset, another owner's asset, or not the application's admin."""
    return RefusedError(NOT_AUTHORISED, f"Action is not allowed, not authorized ({reason})")


def inappropriate() -> RefusedError:
    """An asset that only its owner and the application's admin may see."""
    return RefusedError(1905, "This video is flagged inappropriate")


def server_error(description: str) -> RefusedError:
    """A database or program error, in an envelope of HTTP status 200."""
    return RefusedError(SERVER_ERROR, description)


def database_error(message: str, statement: str) -> RefusedError:
    """A database error as the server words it: the message, a trace, the statement."""
    return server_error(
        f"PDOException caught; {message},\ntrace; #0 {{main}},\nQuery string; {statement},\n"
        "Args; Array\n(\n)\n"
    )
