"""Scripts, styles and icons."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from blueprints.http.arguments import parse_asset_name, parse_digest
from blueprints.http.askers import takes_gzip
from blueprints.http.assets import assets

bp = Blueprint("assets", __name__)

FOREVER = "public, max-age=31536000, immutable"


def asset(digest: str, name: str) -> Response:
    """Under the hash of another version, too: a page that was loaded before an update goes on."""
    found = assets().find(parse_asset_name(name))
    if found is None:
        abort(404)
    packed = bool(found.packed) and takes_gzip()
    answer = Response(found.packed if packed else found.data, content_type=found.mime)
    answer.headers["Cache-Control"] = (
        FOREVER if parse_digest(digest) == assets().digest else "no-cache"
    )
    answer.headers["Vary"] = "Accept-Encoding"
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    return answer
