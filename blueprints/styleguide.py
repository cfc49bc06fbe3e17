"""The parts that pages are made of, on one page for who works on them (docs/design.md)."""

from __future__ import annotations

from flask import Blueprint, render_template

from blueprints.http.context import addresses, visitor
from models import Upload

bp = Blueprint("styleguide", __name__)
SHOWN = 8  # uploads: two rows of them


def show() -> str:
    """GET /styleguide. Only a server in development has it."""
    uploads = Upload.page(visitor(), limit=SHOWN)
    return render_template("styleguide.html", uploads=uploads, addresses=addresses())
