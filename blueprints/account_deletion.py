"""An admin deletes somebody's account, with all files or giving them to another person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import StringField
from wtforms.validators import InputRequired

from blueprints.http import account_words, words
from blueprints.http.arguments import parse_user_name
from blueprints.http.context import me, site
from blueprints.http.error_page import page
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from models import User
from models.accounts import uses
from services.delete_account import NoTaker, Receiving, delete_account
from services.errors import NoLongerThere, QuotaReached
from services.roles import LastAdmin

bp = Blueprint("account_deletion", __name__)


class DeletePersonForm(Form):
    taker = StringField(_l("Give the files to"))
    name = StringField(_l("The name of the account, to be sure"), [InputRequired(words.REQUIRED)])


def delete(account: User) -> Any:
    """Asks for the name, behind the password."""
    if account.id == me().id:
        return page(409, account_words.DELETE_YOURSELF)
    form, name = DeletePersonForm(), account.name
    if not form.validate_on_submit():
        return _page(form, account, 400 if form.errors else 200)
    if form.name.data.strip().lower() != name.lower():
        form.name.errors = (account_words.NOT_THEIR_NAME,)
        return _page(form, account, 400)
    wished = (form.taker.data or "").strip()
    taker = User.by_name(parse_user_name(wished) or "") if wished else None
    try:
        if wished and taker is None:
            raise NoTaker()
        delete_account(site(), account, me().name, taker)
    except NoTaker:
        form.taker.errors = (account_words.NO_TAKER,)
        return _page(form, account, 400)
    except QuotaReached:
        form.taker.errors = (account_words.NO_ROOM,)
        return _page(form, account, 409)
    except LastAdmin:
        form.name.errors = (account_words.LAST_ADMIN,)
        return _page(form, account, 409)
    except Receiving:
        form.name.errors = (words.RECEIVING,)
        return _page(form, account, 409)
    except NoLongerThere:
        pass  # what was wanted
    flash(account_words.given(name, taker.name) if taker else account_words.deleted(name))
    return redirect(url_for("accounts.index"), 303)


def _page(form: DeletePersonForm, account: User, status: int) -> Any:
    use = uses([account])[account.id]
    return render_template("admin/delete.html", form=form, person=account, use=use), status
