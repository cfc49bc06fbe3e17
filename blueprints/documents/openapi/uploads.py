"""Uploads of the managing API."""

from __future__ import annotations

from blueprints.documents.openapi.image import DELETE_URL, FRAME, IMAGE
from blueprints.documents.openapi.parts import (
    AFTER,
    ETAG,
    ID,
    IF_MATCH,
    IF_NONE_MATCH,
    LIMIT,
    LINK,
    MOMENT,
    PATCH_TYPES,
    SEARCH,
    Part,
    answers,
    errors,
    in_path,
    in_query,
    nothing,
    nullable,
    one_of,
    page,
    ref,
    sent,
    text,
)
from blueprints.documents.openapi.sending import BODIES, PARAMETERS
from models import Visibility
from models.limits import (
    DURATION,
    MAX_ALBUMS,
    MAX_ALT_TEXT,
    MAX_DESCRIPTION,
    MAX_NUMBER,
    MAX_TAG,
    MAX_TAGS,
    MAX_TITLE,
    MAX_UNUSED,
    MIN_UNUSED,
)
from models.upload.library import ORDERS
from models.upload.shelf import KINDS

TAG: Part = {"name": "Uploads", "description": "What you uploaded"}
TAG_NAME = text(
    MAX_TAG,
    pattern=r'^[^/\\,#?&%<>"\x00-\x1f\x7f]*[^/\\,#?&%<>"\x00-\x1f\x7f\s][^/\\,#?&%<>"\x00-\x1f\x7f]*$',
)
_OWN: Part = {
    "id": ID,
    "visibility": one_of(Visibility, "Once it is approved (`is_approved`)"),
    "alt_text": nullable(text()),
    "albums": {"type": "array", "items": ID, "description": "Those that it is in"},
    "leftovers": nullable(text(about="What couldn't be removed, so that it stays private")),
    "uploaded_at": MOMENT,
    "shown_at": {**MOMENT, "description": "By which listings are ordered"},
    "taken_at": nullable(MOMENT),
    "expires_at": nullable(MOMENT),
    "unused_days": {
        "type": ["integer", "null"],
        "minimum": MIN_UNUSED,
        "maximum": MAX_UNUSED,
        "description": "Each view puts `expires_at` off to so many days later",
    },
    "etag": text(),
}
_UPLOAD: Part = {
    "type": "object",
    "required": [*IMAGE, *_OWN],
    "properties": {**IMAGE, **FRAME, **_OWN},
    "additionalProperties": False,
}
SCHEMAS: Part = {
    "Upload": _UPLOAD,
    "NewUpload": {
        **_UPLOAD,
        "required": [*_UPLOAD["required"], "delete_url"],
        "properties": {**_UPLOAD["properties"], "delete_url": DELETE_URL},
    },
    "UploadChange": {
        "type": "object",
        "description": "What it leaves out stays; null takes away (RFC 7396)",
        "additionalProperties": False,
        "properties": {
            "title": nullable(text(MAX_TITLE)),
            "description": nullable(text(MAX_DESCRIPTION)),
            "alt_text": nullable(text(MAX_ALT_TEXT)),
            "tags": {"type": ["array", "null"], "items": TAG_NAME, "maxItems": MAX_TAGS},
            "visibility": one_of(Visibility),
            "albums": {
                "type": ["array", "null"],
                "items": ID,
                "maxItems": MAX_ALBUMS,
                "description": "It is in these from now on, and in no others",
            },
            "category_id": {"type": ["integer", "null"], "minimum": 0, "maximum": MAX_NUMBER},
            "nsfw": {"enum": [True, False, 0, 1]},
            "expiration": {
                "description": "From now on: a duration, or seconds; after `unused:`, from the "
                "last view on, in whole days; null: never",
                "anyOf": [
                    {"type": "string", "pattern": f"^(unused:)?{DURATION}$"},
                    {"type": "integer", "minimum": 0, "maximum": MAX_NUMBER},
                    {"type": "null"},
                ],
            },
            "taken_at": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "From 1826 until now",
            },
        },
    },
}
_ONE = "/api/2/uploads/{id}"
_ID = in_path("id", ID, "Of the upload")
PATHS: Part = {
    "/api/2/uploads": {
        "get": {
            "operationId": "listUploads",
            "tags": ["Uploads"],
            "summary": "List uploads",
            "description": "The latest first, page by page.",
            "parameters": [
                in_query("album", ID, "Only those in this album, in its order"),
                in_query("tag", TAG_NAME, "Only those with this tag"),
                in_query("visibility", one_of(Visibility), "Only those that are this"),
                in_query("type", one_of(KINDS), "Only these"),
                SEARCH,
                in_query("sort", one_of(ORDERS), "Not with an album, a tag or a search"),
                LIMIT,
                AFTER,
            ],
            "responses": {
                **answers(200, "A page", page("uploads", "Upload"), Link=LINK),
                **errors(400, 401, 403, 404),
            },
        },
        "post": {
            "operationId": "createUpload",
            "tags": ["Uploads"],
            "summary": "Upload",
            "description": "A file, base64, or a URL to fetch.",
            "parameters": PARAMETERS,
            "requestBody": BODIES,
            "responses": {
                **answers(200, "There already, with `duplicate=reuse`", ref("Upload"), ETag=ETAG),
                **answers(201, "Stored", ref("NewUpload"), ETag=ETAG, Location={"schema": text()}),
                **errors(400, 401, 403, 404, 409, 410, 413, 422, 429, 503, 507),
            },
        },
    },
    _ONE: {
        "parameters": [_ID],
        "get": {
            "operationId": "readUpload",
            "tags": ["Uploads"],
            "summary": "Read an upload",
            "parameters": [IF_NONE_MATCH],
            "responses": {
                **answers(200, "The upload", ref("Upload"), ETag=ETAG),
                **nothing(304),
                **errors(401, 403, 404, 410),
            },
        },
        "patch": {
            "operationId": "changeUpload",
            "tags": ["Uploads"],
            "summary": "Change an upload",
            "parameters": [IF_MATCH],
            "requestBody": sent(ref("UploadChange"), *PATCH_TYPES),
            "responses": {
                **answers(200, "As it is now", ref("Upload"), ETag=ETAG),
                **errors(400, 401, 403, 404, 410, 412, 413, 415, 503, 507),
            },
        },
        "delete": {
            "operationId": "deleteUpload",
            "tags": ["Uploads"],
            "summary": "Delete an upload",
            "description": "Into the bin, where its owner can restore it for some days; for good "
            "where the site has no bin.",
            "parameters": [IF_MATCH],
            "responses": {**nothing(), **errors(401, 403, 404, 410, 412, 503, 507)},
        },
    },
}
