"""/admin/invitations: links by which people make an account of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from blueprints.http import account_words, words
from blueprints.http.arguments import parse_id
from blueprints.http.context import addresses, me, site, time_zone
from blueprints.http.error_page import page
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.once import show_once, shown_once
from blueprints.http.reach import works_here_only
from blueprints.http.secret_links import SECRET_PAGE
from models import Arrival, Invitation, User
from models.limits import MAX_INVITED, MAX_LABEL
from models.role import Role
from services import settings as changes
from services.invitations import invitations_work, invite, may_give
from services.invitations import revoke as end

bp = Blueprint("invitations", __name__)
_NEW = "new_invitation"

DAYS = {"1": _l("1 day"), "7": _l("7 days"), "30": _l("30 days")}


class InvitationForm(Form):
    note = StringField(_l("For whom?"), [Length(max=MAX_LABEL, message=words.too_long(MAX_LABEL))])
    role = SelectField(_l("Role"), default=Role.USER)
    days = SelectField(
        _l("Works for"), choices=[SelectChoice(*one) for one in DAYS.items()], default="7"
    )
    uses = IntegerField(
        _l("How many people"),
        [
            InputRequired(words.REQUIRED),
            NumberRange(1, MAX_INVITED, words.number_from(1, MAX_INVITED)),
        ],
        default=1,
    )

    def __init__(self, user: User) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        given = [role for role in Role if may_give(user, role)]
        self.role.choices = [SelectChoice(role.value, account_words.ROLES[role]) for role in given]

    def validate_uses(self, field: IntegerField) -> None:
        if self.role.data == Role.ADMIN and (field.data or 0) > 1:
            raise ValidationError(str(words.ONE_ADMIN))


def index() -> Any:
    return _page(InvitationForm(me()))


def create() -> Any:
    """Its link is on the next page, and never again."""
    form = InvitationForm(me())
    if not form.validate_on_submit():
        return _page(form, 400)
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
    ended = end(parse_id(public_id) or "", None if me().is_admin else me())
    if not ended:
        return page(404, words.NO_SUCH_INVITATION)
    flash(str(words.INVITATION_REVOKED))
    return redirect(url_for("invitations.index"), 303)


def allow() -> Any:
    """So that links work at all."""
    changes.change(site().store, {"SIGN_UP": "invitation"})
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
