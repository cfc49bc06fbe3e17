"""What an upload is sent with, to either API."""

from __future__ import annotations

from blueprints.documents.openapi.parts import Part, one_of, text, whole
from models import Visibility
from models.limits import MAX_ALT_TEXT, MAX_DESCRIPTION, MAX_TITLE, MAX_WIDTH, MIN_WIDTH

FIELDS: Part = {
    "title": text(about=f"Else of the metadata, else the file's name; cut at {MAX_TITLE}"),
    "description": text(about=f"Else of the metadata; cut at {MAX_DESCRIPTION}"),
    "alt_text": text(about=f"For who can't see it; cut at {MAX_ALT_TEXT}"),
    "tags": text(about="Comma separated"),
    "album_id": text(
        about="One of your albums, or one that you may add to", pattern="^([A-Za-z0-9]{1,32})?$"
    ),
    "category_id": text(about="The number of a category", pattern="^([0-9]{1,9})?$"),
    "visibility": one_of(Visibility, "Else the key's, the album's, yours"),
    "duplicate": one_of(("reuse",), "What you have already is answered with that upload"),
    "width": whole(MIN_WIDTH, MAX_WIDTH, "Resize a still to this many pixels"),
    "expiration": text(
        about="`PT5M`, `P3D`, or seconds; `unused:P90D`: so long after the last view",
        pattern="^((unused:)?P[1-9][0-9]?[DWMY]|[0-9]{1,9})?$",
    ),
    "nsfw": one_of(("0", "1", "true", "false")),
    "neutral_name": one_of(("0", "1"), "1: a random file name"),
    "use_file_date": text(about="1: by the date taken; admins only"),
}
_FILE: Part = {"type": "string", "format": "binary", "description": "The file"}
_VALUE: Part = text(about="base64, or a URL to fetch", format="byte")


def with_source(schema: Part) -> Part:
    return {"type": "object", "required": ["source"], "properties": {"source": schema, **FIELDS}}


BODIES: Part = {
    "required": True,
    "content": {
        "multipart/form-data": {"schema": with_source(_FILE)},
        "application/json": {"schema": with_source(_VALUE)},
        "application/x-www-form-urlencoded": {"schema": with_source(_VALUE)},
    },
}
PARAMETERS: list[Part] = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
        "description": "New for each upload, and the same when it is sent again: one upload",
    }
]
