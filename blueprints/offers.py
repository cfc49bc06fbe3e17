"""Files that members hand to each other: offered by one, accepted by the other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import StringField
from wtforms.validators import InputRequired

from blueprints.http import account_words, words
from blueprints.http.arguments import parse_user_name
from blueprints.http.context import keyed_hash, me, site
from blueprints.http.error_page import page
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.log_in import too_many
from models import Limit, User
from services.accounts import count_try
from services.delete_account import NoTaker, Receiving
from services.errors import NoLongerThere, QuotaReached
from services.offers import accept as take
from services.offers import decline as refuse
from services.offers import offer, withdraw
from services.roles import LastAdmin

bp = Blueprint("offers", __name__)

PER_GIVER = (Limit(10, timedelta(hours=1)),)  # the answer tells who has an account


class GiveForm(Form):
    taker = StringField(_l("Who gets your files"), [InputRequired(words.REQUIRED)])
    name = StringField(_l("Your name, to be sure"), [InputRequired(words.REQUIRED)])


def give_form() -> Any:
    return _page(GiveForm())


def give() -> Any:
    form, user = GiveForm(), me()
    if not form.validate_on_submit():
        return _page(form), 400
    if form.name.data.strip().lower() != user.name.lower():
        form.name.errors = (words.NOT_YOUR_NAME,)
        return _page(form), 400
    limits = {keyed_hash(f"offers of {user.id}"): PER_GIVER}
    if count_try(limits) is None:
        return too_many(limits)
    try:
        offer(user, _named(parse_user_name(form.taker.data.strip())))
    except NoTaker:
        form.taker.errors = (words.NO_TAKER,)
        return _page(form), 400
    except LastAdmin:
        form.name.errors = (account_words.LAST_ADMIN,)
        return _page(form), 409
    flash(str(words.OFFERED))
    return redirect(url_for("data.show"), 303)


def take_back() -> Any:
    withdraw(me())
    flash(str(words.OFFER_WITHDRAWN))
    return redirect(url_for("data.show"), 303)


def accept(name: str) -> Any:
    giver = _named(parse_user_name(name))
    try:
        if giver is None:
            raise NoLongerThere()
        take(site(), me(), giver)
    except (NoLongerThere, NoTaker):
        return page(404, words.NO_SUCH_OFFER)
    except QuotaReached:
        return page(507, words.NO_ROOM_FOR_OFFER)
    except (LastAdmin, Receiving):
        return page(409, words.OFFER_NOT_NOW)
    flash(str(words.OFFER_ACCEPTED))
    return redirect(url_for("mine.index"), 303)


def decline(name: str) -> Any:
    giver = _named(parse_user_name(name))
    if giver is None or not refuse(me(), giver):
        return page(404, words.NO_SUCH_OFFER)
    flash(str(words.OFFER_DECLINED))
    return redirect(url_for("profile.show"), 303)


def _named(name: str | None) -> User | None:
    return User.by_name(name) if name else None


def _page(form: GiveForm) -> str:
    return render_template("settings/give.html", form=form)
