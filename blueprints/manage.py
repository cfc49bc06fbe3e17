"""Actions on the media page: edit, delete, create a new delete link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request, url_for

from blueprints.http.context import addresses, site
from blueprints.http.errors import by_script
from blueprints.http.media_page import media_page
from blueprints.http.parameters import (
    MAX_ALT,
    parse_expiration,
    parse_flag,
    parse_tags,
    parse_text,
    parse_title,
)
from models import Upload, utcnow
from services.change import Wishes, change, new_delete_link
from services.remove import remove

bp = Blueprint("manage", __name__)

KEEP_EXPIRATION = "keep"  # the form's choice to leave it unchanged


def edit(upload: Upload) -> Any:
    form = request.form
    expiration = form.get("expiration", KEEP_EXPIRATION)
    change(
        site(),
        upload,
        Wishes(
            title=parse_title(form.get("title", upload.title or "")),
            description=parse_text(form.get("description", upload.description or "")),
            alt_text=parse_text(form.get("alt_text", upload.alt_text or ""))[:MAX_ALT],
            tags=parse_tags(form["tags"]) if "tags" in form else [tag.name for tag in upload.tags],
            nsfw=parse_flag(form.get("nsfw", "0")),
            expires_at=upload.expires_at
            if expiration == KEEP_EXPIRATION
            else parse_expiration(expiration, utcnow()),
        ),
    )
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
