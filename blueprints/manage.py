"""Actions on the media page: edit, delete, create a new delete link. The page has the forms as
dialogs; without JavaScript they are pages of their own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for

from blueprints.documents import embed_codes
from blueprints.http import bin_words, words
from blueprints.http.addresses import Addresses
from blueprints.http.as_stranger import card, page_for_a_stranger, with_banner
from blueprints.http.context import addresses, me, site, time_zone, visitor
from blueprints.http.edit_form import parse_wishes
from blueprints.http.end_words import saved
from blueprints.http.errors import by_script
from blueprints.http.media_page import show_new_link
from blueprints.http.privacy_words import report
from blueprints.http.toasts import toast, undo_path
from models import Upload, Visibility, utcnow
from services.bin import delete_own, has_bin, is_in_bin
from services.change import Wishes, change, new_delete_link
from services.guests import changed_guest_end
from services.moderate import open_as_moderator
from services.remove import remove

bp = Blueprint("manage", __name__)


def edit_form(upload: Upload) -> str:
    return render_template("viewer/edit.html", upload=upload, addresses=addresses())


def edit(upload: Upload) -> Any:
    before, now = (upload.expires_at, upload.unused_days), utcnow()
    done = change(site(), upload, _wishes(upload, now), _moderator(upload))
    undo = undo_path(done) if done else ""
    if by_script():
        return jsonify(
            title=upload.title,
            url_viewer=addresses().viewer(upload),
            codes=embed_codes.by_group(upload, addresses()),
            report=report(upload, now),
            undo=undo,
        )
    is_same = (upload.expires_at, upload.unused_days) == before
    toast(str(words.SAVED) if is_same else saved(upload, now), undo)
    return redirect(addresses().viewer_path(upload), 303)


def _wishes(upload: Upload, now: datetime) -> Wishes:
    """A guest's stays no longer than those of guests do, and is for everybody."""
    settings, is_guest = site().settings, not visitor().is_member
    wishes = parse_wishes(request.form, time_zone(), now, is_guest=is_guest)
    if is_guest and "expires_at" in wishes:
        wishes["expires_at"] = changed_guest_end(settings, wishes["expires_at"], upload)
    return wishes


def as_stranger(upload: Upload) -> Any:
    """Its page as somebody without an account gets it, under a banner, with its preview card."""
    is_private = site().settings.private_site
    own_path = unquote(Addresses("").viewer_path(upload))
    log_in_path = url_for("auth.login").removeprefix(request.script_root)
    page = page_for_a_stranger(log_in_path if is_private else own_path)
    text = page.get_data(as_text=True)
    banner = render_template(
        "viewer/_as_stranger.html",
        upload=upload,
        addresses=addresses(),
        is_open=page.status_code == 200 and not is_private,
        card=card(text),
    )
    return with_banner(text, banner), 200, {"Cache-Control": "no-store"}


def open_private(upload: Upload) -> Any:
    """Somebody's private upload, for a moderator, who is written down."""
    if upload.visibility == Visibility.PRIVATE and not upload.is_owner(visitor()):
        open_as_moderator(me(), upload)
    return redirect(addresses().viewer_path(upload), 303)


def delete_form(upload: Upload) -> str:
    to_bin = has_bin(site()) and visitor().is_member and upload.is_owner(visitor())
    return render_template(
        "viewer/delete.html", upload=upload, addresses=addresses(), to_bin=to_bin
    )


def delete(upload: Upload) -> Any:
    """Into a member's bin. What a guest deletes, or a moderator of somebody else's, is gone for
    good.
    """
    name, is_own = upload.title or upload.filename, upload.is_owner(visitor())
    binned = None
    if is_own and visitor().is_member:
        binned = delete_own(site(), upload, me())
    else:
        remove(site(), upload, _moderator(upload))
    if by_script():
        return jsonify(deleted=True, undo=undo_path(binned) if binned else "")
    if binned or (is_own and is_in_bin(upload)):  # or another tab was faster
        toast(bin_words.moved(name), undo_path(binned) if binned else "")
    else:
        flash(words.deleted(name))
    return redirect(url_for("mine.index" if is_own else "upload.home"), 303)


def delete_link(upload: Upload) -> Any:
    token = new_delete_link(upload, _moderator(upload))
    show_new_link(upload, addresses().delete(upload, token))
    return redirect(addresses().viewer_path(upload), 303)


def _moderator(upload: Upload) -> str:
    """Who changes what is another's; "" for its owner."""
    return "" if upload.is_owner(visitor()) else me().name
