"""The description of the API (`openapi/`) as a page shows it: sections, operations, tables. Pure
functions: no request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blueprints.documents.examples import Example, examples
from blueprints.documents.shapes import Row, resolved, rows, type_of
from models.api_key import Scope

Part = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
TRIED_AS = ("multipart/form-data", "application/json")  # of several types, the first that there is


@dataclass(frozen=True)
class Answer:
    """``schema`` is what a JSON document is called, or ""."""

    status: str
    about: str
    schema: str


@dataclass(frozen=True)
class Operation:
    """``sent_as`` is the body's MIME type in examples and where it is tried, "" for no body."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    parameters: list[Row]
    fields: list[Row]
    types: list[str]
    sent_as: str
    scopes: list[Scope]
    answers: list[Answer]
    examples: list[Example]


@dataclass(frozen=True)
class Section:
    id: str
    name: str
    about: str
    operations: list[Operation]


def sections(document: Part) -> list[Section]:
    """In the order of the document's tags."""
    found = [
        Section(tag["name"].lower().replace(" ", "-"), tag["name"], tag.get("description", ""), [])
        for tag in document["tags"]
    ]
    by_name = {section.name: section for section in found}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = _operation(document, path, method, item)
                by_name[item[method]["tags"][0]].operations.append(operation)
    return [section for section in found if section.operations]


def schemas(document: Part) -> dict[str, list[Row]]:
    """The documents that requests and answers are made of."""
    found = {name: rows(document, one) for name, one in document["components"]["schemas"].items()}
    return {name: fields for name, fields in found.items() if fields}


def _operation(document: Part, path: str, method: str, item: Part) -> Operation:
    told = item[method]
    parameters = list(_parameters(document, [*item.get("parameters", []), *_of(told)]))
    content = told.get("requestBody", {}).get("content", {})
    sent_as = next((one for one in TRIED_AS if one in content), "")
    fields = rows(document, content[sent_as]["schema"]) if sent_as else []
    base = document["servers"][0]["url"]
    given = (method.upper(), base, path, parameters, fields, sent_as)
    return Operation(
        told["operationId"],
        method.upper(),
        path,
        told["summary"],
        told.get("description", ""),
        parameters,
        fields,
        list(content),
        sent_as,
        scopes_of(method, path),
        list(_answers(document, told["responses"])),
        examples(*given),
    )


def scopes_of(method: str, path: str) -> list[Scope]:
    """What a key has to be for to make this call, one of them."""
    last = path.rpartition("/")[2]
    if last == "upload" or (method, last) == ("post", "uploads"):
        return [Scope.UPLOAD, Scope.MANAGE]
    return [Scope.READ, Scope.MANAGE] if method == "get" else [Scope.MANAGE]


def _of(told: Part) -> list[Part]:
    return list(told.get("parameters", []))


def _parameters(document: Part, told: list[Part]) -> Iterator[Row]:
    for one in told:
        one = resolved(document, one)
        schema = resolved(document, one["schema"])
        about = one.get("description", "") or schema.get("description", "")
        choices = [str(value) for value in schema.get("enum", [])]
        kind = type_of(document, schema)
        is_required = one.get("required", False)
        yield Row(one["name"], kind, about, is_required, one["in"], choices)


def _answers(document: Part, told: Part) -> Iterator[Answer]:
    for status, one in told.items():
        one = resolved(document, one)
        schema = one.get("content", {}).get("application/json", {}).get("schema", {})
        yield Answer(status, one["description"], schema.get("$ref", "").rpartition("/")[2])
