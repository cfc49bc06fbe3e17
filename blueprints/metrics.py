"""``/metrics``."""

from __future__ import annotations

from flask import Blueprint, Response

from blueprints.http.context import site
from blueprints.http.measured import exposition

bp = Blueprint("metrics", __name__)


def show() -> Response:
    """What Prometheus reads."""
    text, content_type = exposition(site())
    return Response(text, content_type=content_type, headers={"Cache-Control": "no-store"})
