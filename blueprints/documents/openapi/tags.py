"""Tags of the managing API."""

from __future__ import annotations

from blueprints.documents.openapi.parts import (
    ETAG,
    ID,
    IF_MATCH,
    IF_NONE_MATCH,
    LIMIT,
    LINK,
    PATCH_TYPES,
    Part,
    answers,
    errors,
    in_path,
    in_query,
    nothing,
    page,
    ref,
    sent,
    text,
    whole,
)
from blueprints.documents.openapi.uploads import TAG_NAME
from models.limits import MAX_PAGE

TAG: Part = {"name": "Tags", "description": "Those of your own uploads; others keep theirs"}
SCHEMAS: Part = {
    "Tag": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "uploads", "url", "etag"],
        "properties": {
            "name": text(),
            "uploads": whole(about="How many of yours have it"),
            "url": text(about="Its page"),
            "etag": text(),
        },
    },
    "NewTag": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "uploads"],
        "properties": {
            "name": TAG_NAME,
            "uploads": {
                "type": "array",
                "items": ID,
                "minItems": 1,
                "maxItems": MAX_PAGE,
                "description": "Uploads of yours that get it",
            },
        },
    },
    "TagChange": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"name": TAG_NAME},
    },
}
PATHS: Part = {
    "/api/2/tags": {
        "get": {
            "operationId": "listTags",
            "tags": ["Tags"],
            "summary": "List tags",
            "description": "By name, page by page.",
            "parameters": [LIMIT, in_query("after", text(), "Where a page goes on, from a `Link`")],
            "responses": {
                **answers(200, "A page", page("tags", "Tag"), Link=LINK),
                **errors(400, 401, 403),
            },
        },
        "post": {
            "operationId": "giveTag",
            "tags": ["Tags"],
            "summary": "Give a tag to uploads",
            "requestBody": sent(ref("NewTag"), *PATCH_TYPES[:1]),
            "responses": {
                **answers(201, "Given", ref("Tag"), ETag=ETAG, Location={"schema": text()}),
                **errors(400, 401, 403, 404, 409, 413, 415),
            },
        },
    },
    "/api/2/tags/{name}": {
        "parameters": [in_path("name", TAG_NAME, "Of the tag, in any case")],
        "get": {
            "operationId": "readTag",
            "tags": ["Tags"],
            "summary": "Read a tag",
            "parameters": [IF_NONE_MATCH],
            "responses": {
                **answers(200, "The tag", ref("Tag"), ETag=ETAG),
                **nothing(304),
                **errors(401, 403, 404),
            },
        },
        "patch": {
            "operationId": "renameTag",
            "tags": ["Tags"],
            "summary": "Rename a tag",
            "description": "On your uploads alone. Where they have the other one, too, both become "
            "one. A tag is the same in any case: the first spelling stays.",
            "parameters": [IF_MATCH],
            "requestBody": sent(ref("TagChange"), *PATCH_TYPES),
            "responses": {
                **answers(200, "As it is now", ref("Tag"), ETag=ETAG),
                **errors(400, 401, 403, 404, 412, 413, 415),
            },
        },
        "delete": {
            "operationId": "deleteTag",
            "tags": ["Tags"],
            "summary": "Take a tag from all uploads",
            "parameters": [IF_MATCH],
            "responses": {**nothing(202), **nothing(), **errors(401, 403, 404, 412)},
        },
    },
}
