"""The forum plugin: a script that other sites load, and the window that it opens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, render_template, send_from_directory

bp = Blueprint("plugin", __name__)

SCRIPT_MAX_AGE = 3600  # seconds; its address has no version in it
KINDS = [
    ("viewer-links", "Links to the page"),
    ("direct-links", "Links to the file"),
    *(
        (f"{language}-embed{size}", f"{label}{shown}")
        for language, label in (("bbcode", "BBCode"), ("markdown", "Markdown"), ("html", "HTML"))
        for size, shown in (
            ("", ""),
            ("-full", ", linked, full size"),
            ("-medium", ", linked, medium"),
            ("-thumbnail", ", linked, thumbnail"),
        )
    ),
]


def script() -> Response:
    """The plugin itself, for any site to load; called like Chevereto's PUP (docs/uploaders.md)."""
    answer = send_from_directory(
        str(current_app.static_folder), "js/plugin/pup.js", max_age=SCRIPT_MAX_AGE
    )
    answer.headers["Access-Control-Allow-Origin"] = "*"
    # for sites that isolate themselves
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def popup() -> Any:
    """The upload page for another site."""
    return render_template("upload/popup.html", kinds=KINDS)
