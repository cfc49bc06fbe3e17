"""What a program may change of an upload."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from blueprints.http.arguments import parse_id
from blueprints.http.expiration import parse_end
from blueprints.http.managing.asker import Asker
from blueprints.http.managing.faults import InvalidField, NoSuch
from blueprints.http.managing.patch import choice_of, flag_of, number_of, text_of, texts_of
from blueprints.http.parameters import parse_alt_text, parse_tags, parse_text, parse_title
from models import Album, Category, Upload, Visibility
from models.limits import (
    DURATION,
    FIRST_PHOTO,
    MAX_ALBUMS,
    MAX_ALT_TEXT,
    MAX_DESCRIPTION,
    MAX_TAG,
    MAX_TAGS,
    MAX_TITLE,
)
from models.upload.end import End
from services.change import Wishes

CHANGEABLE = (
    "title", "description", "alt_text", "tags", "visibility", "albums", "category_id", "nsfw",
    "expiration", "taken_at",
)  # fmt: skip
_DURATION = re.compile(f"(unused:)?{DURATION}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def parse_upload_patch(
    document: Mapping[str, Any], asker: Asker, upload: Upload, now: datetime
) -> Wishes:
    """Raises InvalidField, or NoSuch for an album or a category."""
    wishes = Wishes()
    if "title" in document:
        wishes["title"] = parse_title(text_of(document, "title", MAX_TITLE))
    if "description" in document:
        wishes["description"] = parse_text(text_of(document, "description", MAX_DESCRIPTION))
    if "alt_text" in document:
        wishes["alt_text"] = parse_alt_text(text_of(document, "alt_text", MAX_ALT_TEXT))
    if "tags" in document:
        wishes["tags"] = _tags(document)
    if "visibility" in document:
        wishes["visibility"] = Visibility(choice_of(document, "visibility", tuple(Visibility)))
    if "albums" in document:
        wishes["albums"] = _albums(document, asker, upload)
    if "category_id" in document:
        wishes["category_id"] = _category(document)
    if "nsfw" in document:
        wishes["nsfw"] = flag_of(document, "nsfw")
    if "expiration" in document:
        wishes["expires_at"], wishes["unused_days"] = _end(document, now)
    if "taken_at" in document:
        wishes["taken_at"] = _moment(document, now)
    return wishes


def tag_of(name: str, text: str) -> str:
    """The one tag that a text is."""
    tags = parse_tags(text) if len(text) <= MAX_TAG else ()
    if len(tags) != 1:
        raise InvalidField(name, f'at most {MAX_TAG} characters, none of / \\ , # ? & % < > "')
    return tags[0]


def _tags(document: Mapping[str, Any]) -> tuple[str, ...]:
    names = [tag_of("tags", text) for text in texts_of(document, "tags", MAX_TAGS)]
    return tuple({name.casefold(): name for name in reversed(names)}.values())[::-1]


def _albums(document: Mapping[str, Any], asker: Asker, upload: Upload) -> list[Album]:
    """Those that its owner may add to, or that it is in."""
    asker.check_whole()
    ids = set(texts_of(document, "albums", MAX_ALBUMS))
    albums = Album.those_to_add(asker.user, [one for one in ids if parse_id(one)], upload.id)
    if len(albums) != len(ids):
        raise NoSuch("Album")
    return albums


def _category(document: Mapping[str, Any]) -> int | None:
    number = number_of(document, "category_id")
    if number is not None and not Category.exists(number):
        raise NoSuch("Category")
    return number


def _end(document: Mapping[str, Any], now: datetime) -> End:
    value = document["expiration"]
    if isinstance(value, str):
        if not _DURATION.fullmatch(value):
            raise InvalidField("expiration", "a duration (P3D, unused:P90D), seconds, or null")
        return parse_end(value, now)
    seconds = number_of(document, "expiration")
    return parse_end("" if seconds is None else str(seconds), now)


def _moment(document: Mapping[str, Any], now: datetime) -> datetime | None:
    value = document["taken_at"]
    if value is None:
        return None
    at = None
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            at = datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            at = None
    if at is None or at.date().isoformat() < FIRST_PHOTO or at > now + timedelta(days=1):
        raise InvalidField("taken_at", "a time as of RFC 3339, from 1826 until now, or null")
    return at
