"""JSON schemas as rows of a table: names, types, what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Part = Mapping[str, Any]
# By their name, which tells people what they are.
_FORMATS = {"binary": "file", "date-time": "time", "uri": "URL"}


@dataclass(frozen=True)
class Row:
    """A parameter or a field. ``where`` is ``path``, ``query``, ``header``, or "" for a body's."""

    name: str
    type: str
    about: str
    is_required: bool = False
    where: str = ""
    choices: list[str] = field(default_factory=list)


def rows(document: Part, schema: Part) -> list[Row]:
    """The properties of an object. Of one of several kinds, all of theirs, with what each of them
    requires.
    """
    schema = resolved(document, schema)
    if "anyOf" in schema:
        return _of_any([rows(document, kind) for kind in schema["anyOf"]])
    required = schema.get("required", ())
    return [
        Row(
            name,
            type_of(document, part),
            resolved(document, part).get("description", ""),
            name in required,
            choices=[str(value) for value in part.get("enum", [])],
        )
        for name, part in schema.get("properties", {}).items()
    ]


def _of_any(kinds: list[list[Row]]) -> list[Row]:
    required = [{row.name for row in kind if row.is_required} for kind in kinds]
    of_all = set.intersection(*required)
    named = {row.name: row for kind in reversed(kinds) for row in kind}
    return [replace(row, is_required=name in of_all) for name, row in named.items()]


def type_of(document: Part, schema: Part) -> str:
    """In a word or two: ``text``, ``number, 16 to 20000``, ``list of text``."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        kinds = [type_of(document, one) for one in schema["anyOf"]]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    kinds = schema.get("type", "object")
    names = [kinds] if isinstance(kinds, str) else kinds
    return " or ".join(_type(document, schema, kind) for kind in names)


def _type(document: Part, schema: Part, kind: str) -> str:
    match kind:
        case "string":
            return _FORMATS.get(schema.get("format", ""), "text") + _length(schema)
        case "integer" | "number":
            return "number" + _span(schema)
        case "boolean":
            return "true | false"
        case "array":
            return f"list of {type_of(document, schema.get('items', {}))}"
    return kind


def _length(schema: Part) -> str:
    return f", up to {schema['maxLength']:,}" if "maxLength" in schema else ""


def _span(schema: Part) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if most is None:
        return ""
    return f", {least or 0:,} to {most:,}"


def resolved(document: Part, part: Part) -> Part:
    """What a reference within the document stands for."""
    while "$ref" in part:
        found: Any = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part
