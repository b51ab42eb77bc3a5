"""Faults in the adapters: what the wire tells, and on which conditions DynamoDB writes."""

from __future__ import annotations

from tests.planted.fault import Edit, Fault

_NO_COUNT = Edit(
    "adapters.mediamosa.xml:_check_items",
    "if counted != items and (succeeded or counted is not None):",
    "if succeeded and counted is None:",
)

FAULTS = (
    Fault(
        "cut-answer-recovered",
        "An answer that is cut off on its way is read as a shorter list, and assets seem gone.",
        (
            Edit("adapters.mediamosa.xml:_parser", "recover=False", "recover=True"),
            _NO_COUNT,
        ),
        across=False,
    ),
    Fault(
        "item-count-not-checked",
        "A list that announces more than it holds is taken for the truth.",
        (_NO_COUNT,),
        across=False,
    ),
    Fault(
        "document-type-accepted",
        "Whoever answers in MediaMosa's place may define entities that eat all memory.",
        (
            Edit(
                "adapters.mediamosa.xml:_parse",
                'if body.startswith(b"<!", start):',
                'if body.startswith(b"<!", start) and not body:',
            ),
        ),
        across=False,
    ),
    Fault(
        "endless-answer-read-on",
        "A server that sends without end fills the function's memory.",
        (
            Edit(
                "adapters.mediamosa.transport:Transport._read",
                "if body.tell() > self._settings.max_body_bytes:",
                "if body.tell() > 64 * self._settings.max_body_bytes:",
            ),
        ),
        across=False,
    ),
    Fault(
        "each-read-has-its-own-time",
        "A server that drips its answer holds the function until it is killed.",
        (
            Edit(
                "adapters.mediamosa.wire:_TimedReader.readinto",
                "self._wire.budget.patience(self._wire.read_seconds)",
                "self._wire.read_seconds",
            ),
        ),
        across=False,
    ),
    Fault(
        "answer-to-another-page-believed",
        "A cache repeats the answer to another page, and its assets are taken for these.",
        (
            Edit(
                "adapters.mediamosa.server:RequestsAssetServer._page",
                "if found.offset != window.offset:",
                "if found.offset is None:",
            ),
        ),
        across=False,
    ),
    Fault(
        "answer-about-another-asset-believed",
        "The answer to another question proves that an asset is there.",
        (
            Edit(
                "adapters.mediamosa.server:RequestsAssetServer.prove",
                "if asset.asset_id != asset_id or asset.tombstone:",
                "if asset.tombstone:",
            ),
        ),
        across=False,
    ),
    Fault(
        "fence-not-compared",
        "A step that lost its lease writes over the step that took it.",
        (
            Edit(
                "adapters.dynamodb.expressions:still_mine",
                "return every(generation, sequence)",
                "return generation if sequence else generation",
            ),
        ),
    ),
    Fault(
        "version-not-compared",
        "Of two writers of one link the second undoes what the first wrote.",
        (
            Edit(
                "adapters.dynamodb.chunk:_link_action",
                "version_is(expression, before.version)",
                "f\"attribute_exists({expression.path('version')})\"",
            ),
        ),
    ),
    Fault(
        "copy-not-stored",
        "A removed record cannot be brought back, since no copy of it was kept.",
        (
            Edit(
                "adapters.dynamodb.chunk:asset_actions",
                "actions += [_put(tables, item) for item in items]",
                "actions += [_put(tables, item) for item in items[1:]]",
            ),
        ),
    ),
    Fault(
        "position-not-per-connection",
        "A second connection goes on where the first one stands, and skips what is before.",
        (
            Edit(
                "adapters.dynamodb.keys:of_connection",
                'return f"conn#{connection_id}"',
                'return f"conn#{connection_id[:0]}"',
            ),
        ),
    ),
    Fault(
        "mediafiles-shared-by-connections",
        "A record is tied to an asset of another connection's server, by an id of its own.",
        (
            Edit(
                "adapters.dynamodb.shelf_rows:ShelfRows.mediafiles",
                "keys.of_connection(connection_id)",
                'keys.of_connection("all")',
            ),
            Edit(
                "adapters.dynamodb.shelf_rows:ShelfRows.put_mediafiles",
                "mediafile_item(connection_id,",
                'mediafile_item("all",',
            ),
        ),
    ),
    Fault(
        "record-written-whole",
        "A pulled change of one property drops what an application wrote beside it meanwhile.",
        (
            Edit(
                "adapters.dynamodb.record_actions:_goes_whole",
                "len(change.values) > MOST_PATHS",
                "len(change.values) > 0",
            ),
            Edit(
                "adapters.dynamodb.record_actions:_metadata_as_read",
                'return [is_as_read(expression, metadata, "metadata")]',
                "return []",
            ),
        ),
    ),
)
