"""Who may change the settings of the site."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for

from blueprints.http.confirmed import is_confirmed
from blueprints.http.guards import admin
from blueprints.http.settings_groups import parse_group


def settings_admin(values: dict[str, Any]) -> Any:
    """An admin; where a group lets people in, or shuts them out, one who has given the password
    again, a moment ago: the browser may have been left open.
    """
    if refusal := admin(values):
        return refusal
    if not parse_group(values["group"]).is_about_access or is_confirmed():
        return None
    path = url_for("site_settings.show", group=values["group"])
    return redirect(url_for("factors.ask_again", next=path), 303)
