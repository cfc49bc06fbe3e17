"""``/healthz``."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from blueprints.http.context import site
from config.version import version
from media.errors import StorageMissing, UploadError
from models import DatabaseFault, SiteFact
from models.site_fact import SITE_ID

bp = Blueprint("health", __name__)


def check() -> tuple[Response, int]:
    """200 if uploads can be stored: the database is writable, the files' disk is there and has
    space. Otherwise 503 with the failing part, ``database`` or ``storage``. Both have the version,
    by which an update knows that the new program answers.
    """
    current = site()
    try:
        current.check_health()
    except UploadError as error:
        return _failing("storage", error.message)
    try:
        if SiteFact.read(SITE_ID) != current.id:
            return _failing("database", "The database is not the one this server started with")
        SiteFact.check_writable()
    except DatabaseFault as fault:
        return _failing("database", str(fault))
    return jsonify(status="ok", version=version()), 200


def _failing(part: str, reason: str) -> tuple[Response, int]:
    answer = jsonify(status="failing", part=part, reason=reason, version=version())
    answer.headers["Retry-After"] = str(StorageMissing.retry_after)
    return answer, 503
