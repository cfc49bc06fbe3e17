"""/admin/invitations: links by which people make an account of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, url_for

from blueprints.http import words
from blueprints.http.arguments import parse_id
from blueprints.http.confirmed import is_confirmed
from blueprints.http.context import addresses, me, site, time_zone
from blueprints.http.error_page import page
from blueprints.http.invitation_form import InvitationForm
from blueprints.http.once import show_once, shown_once
from blueprints.http.reach import works_here_only
from blueprints.http.secret_links import SECRET_PAGE
from models import Arrival, Invitation
from models.limits import MAX_INVITED
from models.role import Role
from services import settings as changes
from services.invitations import invitations_work, invite
from services.invitations import revoke as end

bp = Blueprint("invitations", __name__)
_NEW = "new_invitation"


def index() -> Any:
    return _page(InvitationForm(me()))


def create() -> Any:
    """Its link is on the next page, and never again."""
    form = InvitationForm(me())
    if not form.validate_on_submit():
        return _page(form, 400)
    if form.role.data != Role.USER and not is_confirmed():  # that is a way in for good
        typed = {name: form[name].data for name in ("note", "role", "days", "uses")}
        path = url_for("invitations.index", **typed)
        return redirect(url_for("factors.ask_again", next=path), 303)
    token = invite(
        me(),
        lasts=timedelta(days=int(form.days.data)),
        uses=form.uses.data,
        role=Role(form.role.data),
        note=form.note.data or "",
    )
    show_once(_NEW, token)
    return redirect(url_for("invitations.index"), 303)


def revoke(public_id: str) -> Any:
    moderator = me().name if me().is_moderator else ""
    ended = end(parse_id(public_id) or "", None if me().is_admin else me(), moderator)
    if not ended:
        return page(404, words.NO_SUCH_INVITATION)
    flash(str(words.INVITATION_REVOKED))
    return redirect(url_for("invitations.index"), 303)


def allow() -> Any:
    """So that links work at all."""
    changes.change(site().store, {"SIGN_UP": "invitation"}, me().name)
    return redirect(url_for("invitations.index"), 303)


def _page(form: InvitationForm, status: int = 200) -> Any:
    token = shown_once(_NEW)
    link = f"{addresses().base}/join/{token}" if token else ""
    qr = segno.make(link, error="m") if link else None
    invitations = Invitation.latest(None if me().is_admin else me())
    answer = render_template(
        "invitations/index.html",
        form=form,
        link=link,
        warning=words.ONLY_THIS_COMPUTER if works_here_only() else "",
        qr=qr.svg_data_uri(scale=5, border=3, light="#fff", dark="#000") if qr else "",
        invitations=invitations,
        names=Arrival.names(invitations),
        is_on=invitations_work(site().settings),
        most=MAX_INVITED,
        zone=time_zone(),
    )
    return answer, status, SECRET_PAGE
