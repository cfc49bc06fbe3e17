"""A change as JSON: a merge patch (RFC 7396) of what can be changed. What it leaves out stays; null
takes away.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from flask import Request
from werkzeug.exceptions import ClientDisconnected

from blueprints.http.managing.faults import BodyTooLarge, InvalidBody, InvalidField, Unsupported
from models.limits import MAX_NUMBER

MAX_BODY = 100_000  # bytes: all texts at their longest, each letter escaped
TYPES = ("application/json", "application/merge-patch+json")


def read_object(request: Request, known: Collection[str]) -> dict[str, Any]:
    """The body: an object with none but ``known`` fields. Raises Unsupported, BodyTooLarge,
    InvalidBody or InvalidField.
    """
    if request.mimetype not in TYPES:
        raise Unsupported()
    if (request.content_length or 0) > MAX_BODY:
        raise BodyTooLarge(MAX_BODY)
    try:
        data = request.stream.read(MAX_BODY + 1)
    except ClientDisconnected:
        raise InvalidBody() from None
    if len(data) > MAX_BODY:
        raise BodyTooLarge(MAX_BODY)
    try:
        document = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise InvalidBody() from None
    if not isinstance(document, dict):
        raise InvalidBody()
    for name in document:
        if name not in known:
            raise InvalidField(_printable(name), "there is no such field")
    return document


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def text_of(document: Mapping[str, Any], name: str, most: int) -> str:
    """ "" for null."""
    value = document[name]
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most:
        raise InvalidField(name, f"a text of at most {most} characters, or null")
    return _printable(value)


def flag_of(document: Mapping[str, Any], name: str) -> bool:
    value = document[name]
    if not isinstance(value, int | float) or value not in (0, 1):
        raise InvalidField(name, "true or false")
    return bool(value)


def choice_of(document: Mapping[str, Any], name: str, known: Collection[str]) -> str:
    value = document[name]
    if not isinstance(value, str) or value not in known:
        raise InvalidField(name, f"one of {', '.join(known)}")
    return value


def texts_of(document: Mapping[str, Any], name: str, most: int) -> list[str]:
    """None for null."""
    value = document[name]
    if value is None:
        return []
    is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
    if not is_list or len(value) > most:
        raise InvalidField(name, f"a list of at most {most} texts, or null")
    return [_printable(one) for one in value]


def number_of(document: Mapping[str, Any], name: str) -> int | None:
    """A whole number from 0 to MAX_NUMBER, or null."""
    value = document[name]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is not None and not (is_number and 0 <= value <= MAX_NUMBER and value == int(value)):
        raise InvalidField(name, f"a whole number from 0 to {MAX_NUMBER}, or null")
    return None if value is None else int(value)
