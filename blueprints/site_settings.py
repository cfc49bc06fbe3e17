"""The settings of the site, for admins."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from blueprints.http import setting_words, words
from blueprints.http.context import me, site
from blueprints.http.fixed_settings import fixed_settings, how_to_change
from blueprints.http.setting_rows import rows
from blueprints.http.settings_form import CHOICES, settings_form
from blueprints.http.settings_groups import GROUPS, parse_group
from blueprints.http.settings_page import group_page
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
    return group_page(parse_group(group).slug)


def change(group: str) -> Any:
    here = parse_group(group)
    form = settings_form(here.names)()
    if not form.validate_on_submit():
        return group_page(here.slug, form), 400
    was_private = site().store.latest.private_site
    try:
        save(site().store, form.wishes, me().name)
    except Overtaken as refusal:
        for name in refusal.names:
            value = getattr(site().store.latest, name.lower())
            text = setting_words.value_text(DECLARED[name], value, CHOICES)
            form[name.lower()].errors = [setting_words.overtaken(text)]
        return group_page(here.slug, form, refusal.names), 409
    flash(str(words.SAVED), "toast")
    if site().store.latest.private_site and not was_private:
        flash(str(setting_words.PRIVATE_NOW))
    return redirect(url_for("site_settings.show", group=here.slug), 303)
