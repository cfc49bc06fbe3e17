"""The settings of the site, for admins."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from blueprints.http import setting_words, words
from blueprints.http.context import me, site
from blueprints.http.fixed_settings import fixed_settings, how_to_change
from blueprints.http.setting_rows import rows
from blueprints.http.settings_form import CHOICES, SettingsForm, settings_form
from blueprints.http.settings_groups import GROUPS, Group, parse_group
from services.settings import DECLARED, Overtaken, save

bp = Blueprint("site_settings", __name__)


def index() -> str:
    store = site().store
    return render_template(
        "admin/settings.html",
        groups=[(group, rows(store, group.names)) for group in GROUPS.values()],
        fixed=fixed_settings(site()),
        how_to_change=how_to_change(site()),
    )


def show(group: str) -> str:
    here = parse_group(group)
    return _page(here, settings_form(here.names)())


def change(group: str) -> Any:
    here = parse_group(group)
    form = settings_form(here.names)()
    if not form.validate_on_submit():
        return _page(here, form), 400
    try:
        save(site().store, form.wishes, me().name)
    except Overtaken as refusal:
        for name in refusal.names:
            value = getattr(site().store.latest, name.lower())
            text = setting_words.value_text(DECLARED[name], value, CHOICES)
            form[name.lower()].errors = [setting_words.overtaken(text)]
        return _page(here, form, refusal.names), 409
    flash(str(words.SAVED), "toast")
    return redirect(url_for("site_settings.show", group=here.slug), 303)


def _page(group: Group, form: SettingsForm, overtaken: Collection[str] = ()) -> str:
    form.follow(site().store.latest, overtaken)
    return render_template(
        "admin/setting_group.html", group=group, form=form, rows=rows(site().store, group.names)
    )
