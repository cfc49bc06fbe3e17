"""The forum plugin: a script that other sites load, and the window that it opens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, send_from_directory

from blueprints.documents.link_kinds import IN_THE_PLUGIN
from blueprints.http.assets import STATIC

bp = Blueprint("plugin", __name__)

SCRIPT_MAX_AGE = 3600  # seconds; its address has no version in it


def script() -> Response:
    """The plugin itself, for any site to load; called like Chevereto's PUP (docs/uploaders.md)."""
    answer = send_from_directory(STATIC, "js/plugin/pup.js", max_age=SCRIPT_MAX_AGE)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    # for sites that isolate themselves
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def popup() -> Any:
    """The upload page for another site."""
    return render_template("upload/popup.html", kinds=IN_THE_PLUGIN)
