"""Log in with a provider of OpenID Connect, and connect an account with it."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for

from blueprints.http import openid_words, words
from blueprints.http.arguments import parse_id, path_of_ours
from blueprints.http.confirmed import confirm
from blueprints.http.context import me, person, site, time_zone
from blueprints.http.error_page import page
from blueprints.http.log_in import continue_log_in, provider_limits, too_many
from blueprints.http.openid import Answered, begin, parse_answer, provider, redirect_uri
from models import Attempt, Identity
from services.accounts import PasswordChanged, count_try, end_session, forgive, spend
from services.openid.faults import InUse, NoAccount, NotThere, NotTrue, ProviderFault
from services.openid.identities import connect, disconnect, enter
from services.openid.told import Told
from services.ways_in import LastWayIn

bp = Blueprint("openid", __name__)
log = logging.getLogger("keepsake")

_NOT_KEPT = {"Cache-Control": "no-store"}


def start() -> Any:
    """To the provider."""
    try:
        return redirect(begin(path_of_ours(request.args.get("next", ""))))
    except ProviderFault as fault:
        return _fault(fault)


def callback() -> Any:
    """Back from the provider, with its answer. It is looked at once, and counted as a try. What is
    no answer to this browser's question can't be right, and isn't counted.
    """
    try:
        answered = parse_answer(request.args)
    except ProviderFault as fault:
        return _fault(fault)
    limits = provider_limits()
    tries = count_try(limits)
    if tries is None:
        return too_many(limits)
    try:
        if not spend(answered.begun.state):
            raise NotTrue("it was answered already")
        told = provider().finish(redirect_uri(), answered.code, answered.issuer, answered.begun)
    except ProviderFault as fault:
        if isinstance(fault, NotThere):
            forgive(tries)
        return _fault(fault)
    if answered.asks_again and not answered.is_fresh(told):
        forgive(tries)
        return *page(403, openid_words.not_asked()), _NOT_KEPT
    proceed = _connected if answered.connects else _entered
    return proceed(answered, told, tries)


def _entered(answered: Answered, told: Told, tries: list[Attempt]) -> Any:
    config, is_fresh = site().config, answered.is_fresh(told)
    try:
        user = enter(told, creates=config.oidc_creates, admin_group=config.oidc_admin_group)
        before = str(session.get("_user_id", ""))
        answer = continue_log_in(user, tries, answered.path, is_fresh=is_fresh)
    except NoAccount:
        forgive(tries)
        return *page(403, openid_words.no_account(), offers_log_in=True), _NOT_KEPT
    except PasswordChanged:
        return *page(403, openid_words.NOT_IN_USE), _NOT_KEPT
    if before:
        end_session(before)
    if is_fresh and person():
        confirm()
    return answer


def _connected(answered: Answered, told: Told, tries: list[Attempt]) -> Any:
    forgive(tries)
    try:
        connect(me(), told)
    except InUse:
        return *page(409, openid_words.IN_USE), _NOT_KEPT
    flash(openid_words.connected(told.name))
    return redirect(url_for("openid.show"), 303)


def _fault(fault: ProviderFault) -> Any:
    log.warning("Log-in with OpenID Connect: %s: %s", type(fault).__name__, ascii(str(fault)))
    status, text = openid_words.fault(fault)
    return *page(status, text, offers_log_in=True), _NOT_KEPT


def show() -> str:
    return render_template("settings/openid.html", identities=Identity.of(me()), zone=time_zone())


def ask() -> Any:
    """To the provider, to connect this account. A page leads there, as our forms may be sent to
    nobody else.
    """
    try:
        url = begin("", connects=True)
    except ProviderFault as fault:
        return _fault(fault)
    return render_template("settings/to_provider.html", url=url), 200, _NOT_KEPT


def remove(public_id: str) -> Any:
    try:
        found = disconnect(me(), parse_id(public_id) or "", site().config.oidc_issuer)
    except LastWayIn:
        return page(409, openid_words.LAST_WAY_IN)
    if not found:
        return page(404, words.NO_SUCH_SESSION)
    flash(str(openid_words.DISCONNECTED))
    return redirect(url_for("openid.show"), 303)
