"""The XML envelope as the server writes it (§ 4): pretty-printed, in the recorded order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from infra.local.mediamosa.answers import Answer, Element
from infra.local.mediamosa.model import BUILD, VERSION

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CDATA = "<![CDATA["
_CDATA_END = "]]>"


def write(answer: Answer, process_seconds: float = 0.01) -> str:
    """Return the envelope of an answer."""
    body = Element("response", (_header(answer, process_seconds), Element("items", answer.items)))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', *_lines(body, "")]
    return "\n".join(lines) + "\n"


def _header(answer: Answer, process_seconds: float) -> Element:
    fields = [
        Element("item_count", str(len(answer.items))),
        Element("item_count_total", str(answer.total)),
        Element("item_offset", str(answer.offset)),
    ]
    if answer.call_class:
        fields += [
            Element("request_class", answer.call_class),
            Element("request_matched_method", answer.matched_method),
            Element("request_matched_uri", answer.matched_uri),
        ]
    fields += [
        Element("request_result", "success" if answer.succeeded else "error"),
        Element("request_result_description", answer.description),
        Element("request_result_id", str(answer.result_id)),
        Element("request_uri", f"[{answer.method}] {unquote(answer.address)}"),
        Element("version", f"{VERSION}.{BUILD}"),
        Element("request_process_time", f"{process_seconds:.4f}".rstrip("0").rstrip(".")),
    ]
    if answer.warnings:
        warnings = tuple(Element("error", text) for text in answer.warnings)
        fields.append(Element("errors", warnings))
    return Element("header", tuple(fields))


def _lines(element: Element, indent: str) -> Iterator[str]:
    name = element.name
    start = f'{name} id="{_escaped(element.id)}"' if element.id is not None else name
    content = element.content
    if not content:
        yield f"{indent}<{start}/>"
    elif isinstance(content, str):
        yield f"{indent}<{start}>{_text(content)}</{name}>"
    else:
        yield f"{indent}<{start}>"
        for child in content:
            yield from _lines(child, indent + "  ")
        yield f"{indent}</{name}>"


def _text(value: str) -> str:
    if value.startswith(_CDATA):
        # The server takes such a value for a finished CDATA section: it does not round-trip.
        inner = _CONTROL.sub("?", value[len(_CDATA) : -len(_CDATA_END)])
        return _CDATA + inner.replace(_CDATA_END, "]]]]><![CDATA[>") + _CDATA_END
    return _escaped(value)


def _escaped(value: str) -> str:
    text = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if not text.isprintable():
        text = _CONTROL.sub("?", text).replace("\r", "&#13;")
    return text
