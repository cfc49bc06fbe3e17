"""Who may look after an account: a guard puts the row in the place of its name."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from blueprints.http.account_words import NO_SUCH_ACCOUNT
from blueprints.http.arguments import parse_role, parse_user_name
from blueprints.http.confirmed import is_confirmed
from blueprints.http.error_page import page
from blueprints.http.guards import admin
from models import User


def account_admin(values: dict[str, Any]) -> Any:
    """An admin, of any account."""
    if refusal := admin(values):
        return refusal
    name = parse_user_name(values.pop("name"))
    account = User.by_name(name) if name else None
    if account is None:
        return page(404, NO_SUCH_ACCOUNT)
    values["account"] = account
    return None


def sure_admin(values: dict[str, Any]) -> Any:
    """An admin who has given the password again, a moment ago, of any account: for what somebody
    at a browser that was left open could get into accounts by, or put people out. What was asked
    for is asked again afterwards: each of these routes has a page.
    """
    if refusal := account_admin(values):
        return refusal
    if is_confirmed():
        return None
    role = parse_role(request.values.get("role", ""))
    path = f"{request.path}?role={role}" if role else request.path
    return redirect(url_for("factors.ask_again", next=path), 303)
