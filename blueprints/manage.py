"""Actions on the media page: edit, delete, create a new delete link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request, url_for

from blueprints.http.context import addresses, site
from blueprints.http.edit_form import parse_wishes
from blueprints.http.errors import by_script
from blueprints.http.media_page import media_page
from models import Upload, utcnow
from services.change import change, new_delete_link
from services.remove import remove

bp = Blueprint("manage", __name__)


def edit(upload: Upload) -> Any:
    change(site(), upload, parse_wishes(request.form, upload, utcnow()))
    if by_script():
        return jsonify(title=upload.title, url_viewer=addresses().viewer(upload))
    flash("Saved.")
    return redirect(addresses().viewer_path(upload), 303)


def delete(upload: Upload) -> Any:
    name = upload.title or upload.filename
    remove(site(), upload)
    flash(f"“{name}” is gone, with every file of it.")
    return redirect(url_for("upload.home"), 303)


def delete_link(upload: Upload) -> Any:
    """Shows the new link once: only its hash is stored."""
    link = addresses().delete(upload, new_delete_link(upload))
    return media_page(upload, delete_link=link), 200, {"Cache-Control": "no-store"}
