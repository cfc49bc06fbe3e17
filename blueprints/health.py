"""For monitors and robots."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from blueprints.context import site
from media.errors import UploadError
from models import SiteSetting
from models.site_setting import SITE_ID

bp = Blueprint("health", __name__)


def check() -> tuple[Response, int]:
    """200 when the database answers and the files' disk is there with room on it, else 503 and what is wrong."""
    house = site()
    try:
        house.check_ready()
        if SiteSetting.read(SITE_ID) != house.id:
            return jsonify(status="failing", reason="The database is not the one this server started with"), 503
    except UploadError as error:
        return jsonify(status="failing", reason=error.message), 503
    return jsonify(status="ok"), 200


def robots() -> Response:
    return Response("User-agent: *\nDisallow: /api/\nDisallow: /*/delete/\n", content_type="text/plain")
