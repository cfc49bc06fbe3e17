"""The page of a group of settings, for the views that change them."""

from __future__ import annotations

from collections.abc import Collection

from flask import render_template

from blueprints.http.context import site
from blueprints.http.setting_rows import rows
from blueprints.http.settings_form import SettingsForm, settings_form
from blueprints.http.settings_groups import GROUPS


def group_page(
    slug: str,
    form: SettingsForm | None = None,
    overtaken: Collection[str] = (),
    logo_error: str = "",
) -> str:
    """``form`` is one that was sent and refused, ``logo_error`` why a picture was."""
    group, store = GROUPS[slug], site().store
    shown = form or settings_form(group.names)(formdata=None)
    shown.follow(store.latest, overtaken)
    return render_template(
        "admin/setting_group.html",
        group=group,
        form=shown,
        rows=rows(store, group.names),
        logo_error=logo_error,
    )
