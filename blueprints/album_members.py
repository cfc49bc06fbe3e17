"""/album/<slug>/members: whom the album's owner lets see it or add to it; and how they leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from blueprints.http import words
from blueprints.http.arguments import parse_user_name
from blueprints.http.context import addresses, keyed_hash, me, site, visitor
from blueprints.http.error_page import page
from blueprints.http.log_in import too_many
from blueprints.http.member_form import MemberForm, parse_member_change
from blueprints.http.toasts import toast, undo_path
from models import Album, AlbumMember, Limit, Upload, User
from models.album_member import MAX_MEMBERS
from models.people import people_seen_by
from services.accounts import count_try, forgive
from services.album_members import (
    AlreadyMember,
    NotToBeNamed,
    OwnerNamed,
    TooManyMembers,
    end_membership,
    let_add,
    name_member,
)
from services.changes import do
from services.errors import NoLongerThere

bp = Blueprint("album_members", __name__)

# Only names that nobody has: the answer tells who has an account.
PER_OWNER = (Limit(20, timedelta(hours=1)),)


def index(album: Album) -> Any:
    return _page(album, MemberForm())


def add(album: Album) -> Any:
    form = MemberForm()
    if not form.validate_on_submit():
        return _page(album, form), 400
    limits = {keyed_hash(f"names of {me().id}"): PER_OWNER}
    tries = count_try(limits)
    if tries is None:
        return too_many(limits, form.name, lambda: _page(album, form))
    try:
        user = _named(form.name.data)
        name_member(album, user, may_add=form.may_add)
    except OwnerNamed:
        form.name.errors = (words.OWNS_ALBUM,)
        return _page(album, form), 400
    except NotToBeNamed:
        form.name.errors = (words.NO_SUCH_MEMBER,)
        return _page(album, form), 400
    except AlreadyMember:
        forgive(tries)
        form.name.errors = (words.ALREADY_MEMBER,)
        return _page(album, form), 400
    except TooManyMembers:
        forgive(tries)
        form.name.errors = (words.TOO_MANY_MEMBERS,)
        return _page(album, form), 409
    except NoLongerThere:
        return page(404, words.NO_SUCH_ALBUM)
    forgive(tries)
    flash(words.is_member_now(user.shown_name if user else ""))
    return _to(album)


def change(album: Album) -> Any:
    """What a member may do, or their end."""
    wanted = parse_member_change(request.form)
    user = _named(wanted.name)
    if wanted.action == "remove":
        is_done = user is not None and end_membership(album, user)
        said = words.is_no_member(user.shown_name if user else "")
    else:
        is_done = user is not None and let_add(album, user, may_add=wanted.action == "add")
        said = str(words.SAVED)
    if not is_done:
        return page(404, words.NO_MEMBER)
    flash(said)
    return _to(album)


def leave_form(album: Album, membership: AlbumMember) -> str:
    return render_template(
        "albums/leave.html", album=album, membership=membership, addresses=addresses()
    )


def leave(album: Album, membership: AlbumMember) -> Any:
    name = album.name
    end_membership(album, membership.user)
    flash(words.left_album(name))
    return redirect(url_for("albums.index", of="shared"), 303)


def take_out_of_it(album: Album, upload: Upload) -> Any:
    """One file, which stays its owner's."""
    change = do(site(), me(), "remove", {"album": album.id}, upload.id)
    if not change.done:
        return page(404, words.NO_SUCH_ALBUM)
    toast(str(words.OUT_OF_ALBUM), undo_path(change))
    return redirect(addresses().album_path(album), 303)


def _named(name: str) -> User | None:
    parsed = parse_user_name((name or "").strip())
    return User.by_name(parsed) if parsed else None


def _page(album: Album, form: MemberForm) -> str:
    members = AlbumMember.of(album.id)
    inside = {album.user_id, *(one.user_id for one in members)}
    suggested = [one for one in people_seen_by(visitor()) if one.id not in inside]
    return render_template(
        "albums/members.html",
        album=album,
        form=form,
        members=members,
        suggested=suggested,
        most=MAX_MEMBERS,
        addresses=addresses(),
    )


def _to(album: Album) -> Any:
    return redirect(url_for("album_members.index", slug=album.public_id), 303)
