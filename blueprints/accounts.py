"""All accounts, for admins: roles and bans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from wtforms import Field, RadioField, StringField, ValidationError

from blueprints.http import account_words, openid_words, words
from blueprints.http.account_question import ask, is_question
from blueprints.http.arguments import parse_quota, parse_role, parse_user_name
from blueprints.http.context import addresses, me, site, time_zone
from blueprints.http.error_page import page
from blueprints.http.form import Form
from blueprints.http.language import lazy as _l
from blueprints.http.once import show_once, shown_once
from blueprints.http.openid import is_offered
from blueprints.http.reach import works_here_only
from models import Identity, Passkey, User
from models.accounts import PAGE_OF_ACCOUNTS, accounts, uses, waiting
from models.role import Role, State
from services.errors import NoLongerThere
from services.factors import reset
from services.openid.identities import disconnect_all
from services.quota import rooms, set_quota
from services.reset import NotAllowed, new_reset_link
from services.roles import LastAdmin, StillWaiting, ban, lift_ban, set_role

bp = Blueprint("accounts", __name__)
_NEW_LINK = "new_reset_link"


class RoleForm(Form):
    role = RadioField(coerce=Role, choices=[(role, account_words.ROLES[role]) for role in Role])


def _is_quota(_form: Form, field: Field) -> None:
    try:
        parse_quota(field.data or "")
    except BadRequest:
        raise ValidationError(str(account_words.NO_QUOTA)) from None


class QuotaForm(Form):
    quota = StringField(_l("Space in MB"), [_is_quota])

    def __init__(self, account: User) -> None:
        own = account.quota_mb
        super().__init__(quota="" if own is None else str(own))  # type: ignore[no-untyped-call]


def index() -> Any:
    begins = parse_user_name(request.args.get("q", "")) or ""
    after = parse_user_name(request.args.get("after", "")) or ""
    found = accounts(after, begins, PAGE_OF_ACCOUNTS + 1)
    shown = found[:PAGE_OF_ACCOUNTS]
    return render_template(
        "admin/people.html",
        waiting=waiting() if not (begins or after) else (),
        people=shown,
        uses=uses(shown),
        begins=begins,
        more=shown[-1].name if len(found) > PAGE_OF_ACCOUNTS else "",
        zone=time_zone(),
    )


def show(account: User) -> Any:
    return _page(account, RoleForm(role=account.role))


def save_role(account: User) -> Any:
    if is_question():
        role = parse_role(request.args.get("role", "")) or Role(account.role)
        return ask(account, account_words.ask_role(account, role), role=role)
    form = RoleForm()
    if not form.validate_on_submit():
        return _page(account, form, 400)
    return _done(
        account, lambda: set_role(account, form.role.data, me().name), account_words.role_saved
    )


def save_quota(account: User) -> Any:
    form = QuotaForm(account)
    if not form.validate_on_submit():
        return _page(account, RoleForm(role=account.role), 400, form)
    set_quota(account, parse_quota(form.quota.data), me().name)
    flash(str(words.SAVED))
    return redirect(url_for("accounts.show", name=account.name), 303)


def reset_link(account: User) -> Any:
    """Its link is on the next page, and never again."""
    if refusal := account_words.NO_RESET_LINK.get(State(account.state)):
        return page(409, refusal)
    if is_question():
        return ask(account, account_words.ask_reset_link(account))
    try:
        _show_link(account)
    except NotAllowed:
        abort(404)
    return redirect(url_for("accounts.show", name=account.name), 303)


def ban_person(account: User) -> Any:
    if account.id == me().id:
        return page(409, account_words.NOT_ONESELF)
    if is_question():
        return ask(account, account_words.ask_ban(account))
    return _done(account, lambda: ban(account, me().name), account_words.banned)


def unban_person(account: User) -> Any:
    return _done(account, lambda: lift_ban(account, me().name), account_words.ban_lifted)


def reset_factors(account: User) -> Any:
    """Of somebody who lost their phone. One's own needs the password, as all of it does."""
    if account.id == me().id:
        return page(409, account_words.OWN_FACTORS)
    if is_question():
        return ask(account, account_words.ask_factors(account))
    reset(account, me().name)
    if account.has_password or not account.is_active:
        flash(str(words.FACTORS_RESET))
    else:
        _show_link(account)
        flash(str(account_words.FACTORS_RESET_WITHOUT_PASSWORD))
    return redirect(url_for("accounts.show", name=account.name), 303)


def disconnect(account: User) -> Any:
    """From the provider of OpenID Connect."""
    if is_question():
        return ask(account, account_words.ask_disconnect(account, site().config.oidc_name))
    disconnect_all(account, me().name)
    if account.has_password or Passkey.of(account) or not account.is_active:
        flash(str(openid_words.DISCONNECTED_ALL))
    else:
        _show_link(account)
        flash(str(account_words.DISCONNECTED_WITHOUT_PASSWORD))
    return redirect(url_for("accounts.show", name=account.name), 303)


def _show_link(account: User) -> None:
    """Raises NotAllowed."""
    show_once(_NEW_LINK, new_reset_link(account, me().name, me()), account.name)


def _done(account: User, change: Callable[[], None], message: Callable[[User], str]) -> Any:
    try:
        change()
    except NoLongerThere:
        return page(404, account_words.NO_SUCH_ACCOUNT)
    except StillWaiting:
        return page(409, account_words.BAN_WAITING)
    except LastAdmin:
        form = RoleForm(role=account.role)
        form.role.errors = (account_words.LAST_ADMIN,)
        return _page(account, form, 409)
    flash(message(account))
    here = url_for("accounts.show", name=account.name)
    return redirect(here if me().is_admin else url_for("upload.home"), 303)  # was one until now


def _page(account: User, form: RoleForm, status: int = 200, quota: QuotaForm | None = None) -> Any:
    token, use = shown_once(_NEW_LINK, account.name), uses([account])[account.id]
    answer = render_template(
        "admin/person.html",
        person=account,
        form=form,
        quota=quota or QuotaForm(account),
        room=rooms(site().settings, account).own,
        use=use,
        binned=use.binned,
        reset_link=f"{addresses().base}/reset/{token}" if token else "",
        has_factors=Passkey.or_second_factor_of(account),
        identities=Identity.of(account) if is_offered() else [],
        warning=words.ONLY_THIS_COMPUTER if token and works_here_only() else "",
        zone=time_zone(),
    )
    return answer, status, {"Cache-Control": "no-store"}
