"""A member's data: all of it as a ZIP."""

from __future__ import annotations

from typing import IO, Any, cast

from flask import Blueprint, Response, render_template, request
from werkzeug.wsgi import wrap_file

from blueprints.documents.export import about, of_upload
from blueprints.http.context import addresses, me, site, time_zone
from models import Album, ApiKey, utcnow
from services.export import export as make_export

bp = Blueprint("data", __name__)


def show() -> str:
    return render_template("settings/data.html")


def export() -> Any:
    """The server's loop sends it, as it does files: a slow reader holds no thread."""
    user, where, now = me(), addresses(), utcnow()
    file = make_export(
        site(),
        user,
        about(user, Album.of(user), ApiKey.of(user), where, now),
        lambda upload, name: of_upload(upload, name, where),
    )
    response = Response(
        wrap_file(request.environ, cast(IO[bytes], file)),
        mimetype="application/zip",
        headers={"Cache-Control": "no-store", "Content-Length": str(file.size)},
        direct_passthrough=True,
    )
    name = f"keepsake-{user.name}-{now.astimezone(time_zone()):%Y-%m-%d}.zip"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
