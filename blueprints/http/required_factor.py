"""Who has to have a second factor before anything else, by `REQUIRE_SECOND_FACTOR`."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for

from blueprints.http import words
from blueprints.http.context import person, site
from blueprints.http.errors import by_script, wire_error
from blueprints.http.header_log_in import is_by_header
from models import User
from services.factors import is_required, lacks_factor


def is_missing() -> bool:
    """Of who is logged in. A reverse proxy that says who somebody is has asked for what it asks."""
    if site().settings.require_second_factor == "nobody":
        return False
    user = person()
    return user is not None and not is_by_header() and lacks(user)


def lacks(user: User) -> bool:
    return lacks_factor(site().settings, user, site().config.oidc_issuer)


def may_do_without(user: User) -> bool:
    return not is_required(site().settings, user)


def way_to_it() -> Any:
    """The answer to all that they ask for meanwhile."""
    if by_script():
        return wire_error(403, 403, str(words.SET_UP_FIRST))
    return redirect(url_for("factors.required"), 303)
