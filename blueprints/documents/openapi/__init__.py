"""The API described for programs (OpenAPI 3.1.0): one module for each kind of thing."""

from __future__ import annotations

from typing import Any

from blueprints.documents.openapi import albums, tags, uploads, wire
from blueprints.documents.openapi.parts import ERROR, RESPONSES, SECURITY, Part

PARTS = (uploads, albums, tags, wire)

ABOUT = """\
Two APIs in one. The *upload API* is the one that many programs speak already (Chevereto's V1.1).
The *managing API*, below `/api/2`, lists, changes and deletes what a person uploaded.

Keys are created under *Settings → API keys*. A key reaches what is its person's own, and a key
of one album nothing but that. Documents have an `ETag`: with `If-Match`, a change is made only if
nobody changed it since. Errors have one shape everywhere.
"""


def openapi(base: str, site_name: str) -> dict[str, Any]:
    """``base`` is the site's address, without a slash at the end."""
    paths: dict[str, Part] = {}
    schemas: Part = {"Error": ERROR}
    for part in PARTS:
        paths |= part.PATHS
        schemas |= part.SCHEMAS
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{site_name} API",
            "version": "2",
            "description": ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": base or "/"}],
        "security": [{"key": []}, {"bearer": []}],
        "tags": [part.TAG for part in PARTS],
        "paths": paths,
        "components": {"securitySchemes": SECURITY, "responses": RESPONSES, "schemas": schemas},
    }
