"""Who may look after an account: a guard puts the row in the place of its name."""

from __future__ import annotations

from typing import Any

from blueprints.http.account_words import NO_SUCH_ACCOUNT
from blueprints.http.arguments import parse_user_name
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
