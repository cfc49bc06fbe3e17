"""The upload API, V1.1."""

from __future__ import annotations

from blueprints.documents.openapi.image import DELETE_URL, FRAME, IMAGE
from blueprints.documents.openapi.parts import Part, in_query, one_of, ref, text
from blueprints.documents.openapi.sending import BODIES, FIELDS, PARAMETERS

TAG: Part = {"name": "Upload API", "description": "V1.1, as Chevereto's clients speak it"}
SCHEMAS: Part = {
    "Image": {
        "type": "object",
        "required": [*IMAGE],
        "description": "Without `delete_url` where it was there already (`duplicate=reuse`)",
        "properties": {**IMAGE, **FRAME, "delete_url": DELETE_URL},
    },
    "Uploaded": {
        "type": "object",
        "required": ["status_code", "success", "image", "status_txt"],
        "properties": {
            "status_code": {"const": 200},
            "success": {
                "type": "object",
                "properties": {"message": text(), "code": {"type": "integer"}},
            },
            "image": ref("Image"),
            "status_txt": text(),
        },
    },
}
_FORMAT = in_query("format", one_of(("json", "txt", "redirect")), "Of the answer, also of errors")
_ANSWERS: Part = {
    "200": {
        "description": "Stored",
        "content": {
            "application/json": {"schema": ref("Uploaded")},
            "text/plain": {"schema": text(about="With `format=txt`: the URL of the file")},
        },
    },
    "302": {"description": "With `format=redirect`: to its page"},
    **{
        status: {
            **answer,
            "content": {
                "application/json": {"schema": ref("Error")},
                "text/plain": {"schema": text()},
            },
        }
        for status, answer in {
            "400": {"description": "Refused, also for want of a key that works"},
            "409": {"description": "The first one with this `Idempotency-Key` is still running"},
            "410": {"description": "What this `Idempotency-Key` made is deleted"},
            "422": {"description": "This `Idempotency-Key` came with another request"},
            "413": {"description": "The file is too large"},
            "503": {"description": "Busy; `Retry-After` says when to come back"},
            "507": {"description": "No space left; nothing is stored"},
        }.items()
    },
}
PATHS: Part = {
    "/api/1/upload": {
        "post": {
            "operationId": "upload",
            "tags": ["Upload API"],
            "summary": "Upload",
            "description": "The key may also stand in the field `key`. A file part or a value may "
            "be called `image` instead of `source`: the answer is then under `data`.",
            "parameters": [_FORMAT, *PARAMETERS],
            "requestBody": BODIES,
            "responses": _ANSWERS,
        },
        "get": {
            "operationId": "uploadByGet",
            "tags": ["Upload API"],
            "summary": "Upload a URL",
            "parameters": [
                {**in_query("source", text(), "A URL to fetch"), "required": True},
                _FORMAT,
                *(in_query(name, schema, "As of POST") for name, schema in FIELDS.items()),
            ],
            "responses": _ANSWERS,
        },
    }
}
