"""Who may use a route of a replaced version: the owner of the upload that it is of. Its bytes are
theirs alone, so that a face that was blurred stays so.
"""

from __future__ import annotations

from typing import Any

from flask import abort

from blueprints.http.album_guards import upload_owner
from blueprints.http.arguments import parse_id
from models import Upload


def version_owner(values: dict[str, Any]) -> Any:
    """Puts the version in the place of its id, beside the upload."""
    version_id = parse_id(values.pop("version_id"))
    if refusal := upload_owner(values):
        return refusal
    version = Upload.version(values["upload"].id, version_id) if version_id else None
    values["version"] = version or abort(404)
    return None
