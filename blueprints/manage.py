"""What the owner does on the media page: edit, delete, make a new delete link. Behind a log-in and a form's token."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, request, url_for
from flask_login import login_required

from blueprints.http.context import addresses, site, visitor
from blueprints.http.errors import by_script
from blueprints.http.parameters import MAX_ALT, parse_expiration, parse_flag, parse_tags, parse_text, parse_title
from blueprints.viewer import render_upload
from models import Upload, utcnow
from services.change import Wishes, change, new_delete_link
from services.remove import remove

bp = Blueprint("manage", __name__)

KEEP_EXPIRATION = "keep"  # the form's choice of leaving it as it is


@login_required  # type: ignore[untyped-decorator]
def edit(public_id: str) -> Any:
    upload, form = _own(public_id), request.form
    expiration = form.get("expiration", KEEP_EXPIRATION)
    change(site(), upload, Wishes(
        title=parse_title(form.get("title", upload.title or "")),
        description=parse_text(form.get("description", upload.description or "")),
        alt_text=parse_text(form.get("alt_text", upload.alt_text or ""))[:MAX_ALT],
        tags=parse_tags(form["tags"]) if "tags" in form else [tag.name for tag in upload.tags],
        nsfw=parse_flag(form.get("nsfw", "0")),
        expires_at=upload.expires_at if expiration == KEEP_EXPIRATION else parse_expiration(expiration, utcnow()),
    ))
    if by_script():
        return jsonify(title=upload.title, url_viewer=addresses().viewer(upload))
    flash("Saved.")
    return redirect(addresses().viewer_path(upload), 303)


@login_required  # type: ignore[untyped-decorator]
def delete(public_id: str) -> Any:
    upload = _own(public_id)
    name = upload.title or upload.filename
    remove(site(), upload)
    flash(f"“{name}” is gone, with every file of it.")
    return redirect(url_for("upload.home"), 303)


@login_required  # type: ignore[untyped-decorator]
def delete_link(public_id: str) -> Any:
    """Shows the new link in this one answer: only a hash of it is kept."""
    upload = _own(public_id)
    link = addresses().delete(upload, new_delete_link(upload))
    return render_upload(upload, delete_link=link), 200, {"Cache-Control": "no-store"}


def _own(public_id: str) -> Upload:
    who = visitor()
    upload = Upload.find(public_id, who)
    if upload is None or not upload.may_edit(who):
        abort(404)
    return upload
