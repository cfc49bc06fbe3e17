"""What several descriptions have: types, errors, parameters, answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from models.limits import MAX_PAGE, MAX_QUERY

Part = dict[str, Any]

SECURITY: Part = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer", "description": "The same key as a bearer token"},
}
ERROR: Part = {
    "type": "object",
    "required": ["status_code", "error", "status_txt"],
    "properties": {
        "status_code": {"type": "integer", "description": "The HTTP status"},
        "error": {
            "type": "object",
            "required": ["message", "code"],
            "properties": {
                "message": {"type": "string"},
                "code": {"type": "integer", "description": "Tells errors of one status apart"},
            },
        },
        "status_txt": {"type": "string"},
    },
}
MEANINGS = {
    400: "What was sent can't be understood, also a field or a parameter that doesn't exist",
    401: "No key, or one that doesn't work",
    403: "The key may not do that",
    404: "Not there, or not yours",
    409: "What is there already, or is still running, is in the way",
    410: "It is in the bin; or what this `Idempotency-Key` made is deleted",
    412: "It was changed since: `If-Match` names another state",
    413: "The body or the file is too large",
    415: "The body has a type that isn't taken",
    422: "The `Idempotency-Key` came with another request before",
    429: "A limit is reached; `Retry-After` says when to come back",
    503: "Busy; `Retry-After` says when to come back",
    507: "The disk or the space of the person is full; nothing is stored",
}
RESPONSES: Part = {
    str(status): {
        "description": meaning,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        **(
            {"headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"}}}
            if status in (429, 503)
            else {}
        ),
    }
    for status, meaning in MEANINGS.items()
}
ETAG: Part = {"schema": {"type": "string"}, "description": "The state of the document"}
LINK: Part = {
    "schema": {"type": "string"},
    "description": 'RFC 8288: `rel="next"` is the next page, where there is one',
}


def ref(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: Part) -> Part:
    """A schema of one type."""
    return {**schema, "type": [schema["type"], "null"]}


def text(most: int | None = None, about: str = "", **more: Any) -> Part:
    schema: Part = {"type": "string", **more}
    if most is not None:
        schema["maxLength"] = most
    return described(schema, about)


def described(schema: Part, about: str) -> Part:
    return {**schema, "description": about} if about else schema


def one_of(values: Any, about: str = "") -> Part:
    return described({"type": "string", "enum": [str(value) for value in values]}, about)


def whole(least: int = 0, most: int | None = None, about: str = "") -> Part:
    schema: Part = {"type": "integer", "minimum": least}
    if most is not None:
        schema["maximum"] = most
    return described(schema, about)


ID = text(about="", pattern="^[A-Za-z0-9]{1,32}$")
MOMENT = text(about="RFC 3339, in UTC", format="date-time")


def in_query(name: str, schema: Part, about: str) -> Part:
    return {"name": name, "in": "query", "schema": schema, "description": about}


def in_path(name: str, schema: Part, about: str) -> Part:
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": about}


IF_MATCH: Part = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "An `etag`: only if nobody changed it since",
}
IF_NONE_MATCH: Part = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "An `etag` that you have: 304 where it is still so",
}
LIMIT = in_query("limit", whole(1, MAX_PAGE), "How many; 60 by default")
AFTER = in_query("after", text(format="cursor"), "Where a page goes on, from a `Link`")
SEARCH = in_query("q", text(MAX_QUERY, format="search"), "Words, as on the search page")


def errors(*statuses: int) -> Part:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


def answers(status: int, about: str, schema: Part, **headers: Part) -> Part:
    """One answer with a JSON document."""
    content = {"application/json": {"schema": schema}}
    answer: Part = {"description": about, "content": content}
    if headers:
        answer["headers"] = headers
    return {str(status): answer}


def nothing(status: int = 204) -> Part:
    return {str(status): {"description": HTTPStatus(status).phrase}}


def page(kind: str, name: str) -> Part:
    """The schema of a list."""
    return {
        "type": "object",
        "required": [kind],
        "additionalProperties": False,
        "properties": {kind: {"type": "array", "items": ref(name)}},
    }


def sent(schema: Part, *types: str, required: bool = True) -> Part:
    content = {one: {"schema": schema} for one in types}
    return {"required": required, "content": content}


PATCH_TYPES = ("application/json", "application/merge-patch+json")
