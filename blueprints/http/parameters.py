"""The parameters of an upload, parsed and checked (contract, *Request*)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from flask import request

from blueprints.http.arguments import parse_id
from blueprints.http.expiration import parse_end
from blueprints.http.refusals import InvalidDate, InvalidParameter, NotFound
from media.intake.filename import one_line
from models import Album, Category, User, Visibility
from models.limits import FIRST_PHOTO, MAX_ALT_TEXT, MAX_TAG, MAX_TAGS, MAX_WIDTH, MIN_WIDTH
from models.tag import FORBIDDEN
from models.upload.access import FOR_EVERYBODY
from services.intake import Parameters

_FLAGS = {"": False, "0": False, "false": False, "1": True, "true": True}
_NUMBER = re.compile(r"[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
NOON = "12:00"


def parse_parameters(
    fields: Mapping[str, str], user: User | None, now: datetime, *, neutral: str = "0"
) -> Parameters:
    """``neutral`` is the site's ``neutral_name``.

    Raises InvalidParameter, or NotFound for an album or a category.
    """
    end = parse_end(fields.get("expiration", ""), now)
    return {
        "title": parse_title(fields.get("title") or fields.get("name") or ""),
        "description": parse_text(fields.get("description", "")),
        "alt_text": parse_alt_text(fields.get("alt_text", "")),
        "tags": parse_tags(fields.get("tags", "")),
        "width": parse_width(fields.get("width", "")),
        "expires_at": end.at,
        "unused_days": end.unused_days,
        "nsfw": parse_flag(fields.get("nsfw", "")),
        "use_file_date": fields.get("use_file_date", "").strip().lower() in ("1", "true"),
        "reuse": parse_duplicate(fields.get("duplicate", "")),
        "neutral_name": parse_flag(fields.get("neutral_name", "") or neutral, "neutral_name"),
        "album_id": find_album(fields.get("album_id", ""), user),
        "visibility": parse_visibility(fields.get("visibility", ""), is_guest=user is None),
        "category_id": find_category(fields.get("category_id", "")),
    }


def merged(query: Mapping[str, str], body: Mapping[str, str]) -> dict[str, str]:
    """The body's parameters before the query's; an empty one is as good as none."""
    return {**query, **{name: text for name, text in body.items() if text or name not in query}}


def without_default(fields: Mapping[str, str], user: User | None) -> dict[str, str]:
    """Of a form that always shows a visibility: without one that nobody chose, where the album that
    was chosen lets fewer people in. Never more than the form says.
    """
    shown, public_id = fields.get("visibility", ""), parse_id(fields.get("album_id", ""))
    if shown != fields.get("visibility_was") or shown not in set(Visibility):
        return dict(fields)
    album = Album.find_to_add(user, public_id) if user and public_id else None
    levels = list(Visibility)
    is_narrower = album and levels.index(album.of_new_uploads) < levels.index(Visibility(shown))
    return {name: text for name, text in fields.items() if name != "visibility" or not is_narrower}


def query_fields() -> dict[str, str]:
    """The parameters in the address; of a name that comes twice, the first."""
    return request.args.to_dict()


def parse_title(text: str) -> str:
    """One line of text."""
    return one_line(parse_text(one_line(text)))


def parse_text(text: str) -> str:
    """Trimmed; no lone surrogates, no control characters but line breaks and tabs."""
    text = text.replace("\r\n", "\n").encode("utf-8", "replace").decode()
    return "".join(c for c in text if c in "\n\t" or (c >= " " and c != "\x7f")).strip()


def parse_alt_text(text: str) -> str:
    return parse_text(text)[:MAX_ALT_TEXT]


def parse_tags(text: str) -> tuple[str, ...]:
    """Comma separated; white space collapsed; a tag that is too long or has a forbidden character
    is dropped.
    """
    tags: dict[str, str] = {}
    for word in text.split(","):
        tag = " ".join(word.split())
        if tag and len(tag) <= MAX_TAG and not FORBIDDEN.search(tag):
            tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())[:MAX_TAGS]


def parse_width(text: str) -> int | None:
    """Pixels to resize to; None for no resizing."""
    text = text.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or not MIN_WIDTH <= int(text) <= MAX_WIDTH:
        raise InvalidParameter("width")
    return int(text)


def parse_taken(day: str, time: str, zone: tzinfo, now: datetime) -> datetime | None:
    """When a photo was taken, of ``2026-11-25`` and ``18:30`` in ``zone``; of a day alone its noon,
    so that it is the same day elsewhere. None of neither. Raises InvalidDate.
    """
    if not day and not time:
        return None
    if not _DAY.fullmatch(day) or not _TIME.fullmatch(time or NOON):
        raise InvalidDate()
    try:
        at = datetime.fromisoformat(f"{day}T{time or NOON}").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidDate() from None
    if day < FIRST_PHOTO or at > now + timedelta(days=1):
        raise InvalidDate()
    return at


def parse_flag(text: str, name: str = "nsfw flag") -> bool:
    try:
        return _FLAGS[text.strip().lower()]
    except KeyError:
        raise InvalidParameter(name) from None


def parse_duplicate(text: str) -> bool:
    """Whether to answer with an upload of the same bytes."""
    text = text.strip()
    if text not in ("", "reuse"):
        raise InvalidParameter("duplicate")
    return bool(text)


def parse_visibility(text: str, *, is_guest: bool) -> Visibility | None:
    """None if not given. A guest's upload is nobody's, so it can't be for its owner or members."""
    if not text:
        return None
    try:
        visibility = Visibility(text.strip().lower())
    except ValueError:
        raise InvalidParameter("visibility") from None
    if is_guest and visibility not in FOR_EVERYBODY:
        raise InvalidParameter("visibility")
    return visibility


def find_album(text: str, user: User | None) -> str | None:
    """The public id of an album that the user may add to."""
    text = text.strip()
    if not text:
        return None
    public_id = parse_id(text)
    album = Album.find_to_add(user, public_id) if user and public_id else None
    if album is None:
        raise NotFound("Album")
    return album.public_id


def find_category(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or not Category.exists(int(text)):
        raise NotFound("Category")
    return int(text)
