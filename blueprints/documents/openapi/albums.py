"""Albums of the managing API."""

from __future__ import annotations

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
    whole,
)
from models import AlbumVisibility
from models.album_contents import ORDERS
from models.limits import MAX_ALBUM, MAX_DESCRIPTION, MAX_PASSWORD, MIN_ALBUM_PASSWORD

TAG: Part = {"name": "Albums", "description": "Your albums; uploads say which they are in"}
_NAME = text(MAX_ALBUM, pattern=r"[^\s\x00-\x1f\x7f]")
_PASSWORD = text(MAX_PASSWORD, "With the visibility `password`", minLength=MIN_ALBUM_PASSWORD)
_SAID: Part = {
    "name": _NAME,
    "description": nullable(text(MAX_DESCRIPTION)),
    "sort": one_of(ORDERS),
    "parent": nullable({**ID, "description": "The album that it is in"}),
}
_OTHERS = [one for one in AlbumVisibility if one != AlbumVisibility.PASSWORD]
_CLOSED = {"type": "string", "const": str(AlbumVisibility.PASSWORD)}
SCHEMAS: Part = {
    "Album": {
        "type": "object",
        "additionalProperties": False,
        "required": [
            "id", "name", "description", "visibility", "has_password", "sort", "parent", "cover",
            "uploads", "views", "url", "created_at", "changed_at", "etag",
        ],
        "properties": {
            "id": ID,
            "name": text(),
            "description": nullable(text()),
            "visibility": one_of(AlbumVisibility),
            "has_password": {"type": "boolean"},
            "sort": one_of(ORDERS, "The order of its uploads"),
            "parent": nullable({**ID, "description": "The album that it is in"}),
            "cover": nullable({**ID, "description": "The upload that stands for it"}),
            "uploads": whole(about="How many are in it"),
            "views": whole(),
            "url": text(about="Its page"),
            "created_at": MOMENT,
            "changed_at": MOMENT,
            "etag": text(),
        },
    },
    "NewAlbum": {
        "description": "Without a visibility: as your uploads",
        "anyOf": [
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {**_SAID, "visibility": one_of(_OTHERS)},
            },
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "visibility", "password"],
                "properties": {**_SAID, "visibility": _CLOSED, "password": _PASSWORD},
            },
        ],
    },
    "AlbumChange": {
        "type": "object",
        "description": "What it leaves out stays; null takes away (RFC 7396)",
        "additionalProperties": False,
        "properties": {
            **_SAID,
            "visibility": one_of(AlbumVisibility),
            "password": _PASSWORD,
            "cover": nullable({**ID, "description": "An upload in it; null: the first"}),
        },
    },
}  # fmt: skip
PATHS: Part = {
    "/api/2/albums": {
        "get": {
            "operationId": "listAlbums",
            "tags": ["Albums"],
            "summary": "List albums",
            "description": "The latest change first, page by page.",
            "parameters": [LIMIT, AFTER],
            "responses": {
                **answers(200, "A page", page("albums", "Album"), Link=LINK),
                **errors(400, 401, 403),
            },
        },
        "post": {
            "operationId": "createAlbum",
            "tags": ["Albums"],
            "summary": "Create an album",
            "requestBody": sent(ref("NewAlbum"), *PATCH_TYPES[:1]),
            "responses": {
                **answers(201, "Created", ref("Album"), ETag=ETAG, Location={"schema": text()}),
                **errors(400, 401, 403, 404, 409, 413, 415),
            },
        },
    },
    "/api/2/albums/{id}": {
        "parameters": [in_path("id", ID, "Of the album")],
        "get": {
            "operationId": "readAlbum",
            "tags": ["Albums"],
            "summary": "Read an album",
            "parameters": [IF_NONE_MATCH],
            "responses": {
                **answers(200, "The album", ref("Album"), ETag=ETAG),
                **nothing(304),
                **errors(401, 403, 404),
            },
        },
        "patch": {
            "operationId": "changeAlbum",
            "tags": ["Albums"],
            "summary": "Change an album",
            "parameters": [IF_MATCH],
            "requestBody": sent(ref("AlbumChange"), *PATCH_TYPES),
            "responses": {
                **answers(200, "As it is now", ref("Album"), ETag=ETAG),
                **errors(400, 401, 403, 404, 409, 412, 413, 415),
            },
        },
        "delete": {
            "operationId": "deleteAlbum",
            "tags": ["Albums"],
            "summary": "Delete an album",
            "description": "Its uploads stay, unless it is said that they go, too.",
            "parameters": [
                in_query("with_uploads", one_of(("true", "false")), "Whether they go"),
                IF_MATCH,
            ],
            "responses": {**nothing(202), **nothing(), **errors(400, 401, 403, 404, 412)},
        },
    },
}
