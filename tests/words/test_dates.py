"""Dates on pages are in the site's time zone, in the forms of `blueprints.http.language`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from models import ApiKey, db
from tests.conftest import log_in, make_person
from tests.test_style import of_ours

INSTANT = re.compile(r"(?<!\.)\b\w+\.\w+_at\b(?P<use>[^\n]{0,40})")
FINE = re.compile(r"\.astimezone\(|\.isoformat\(\)|\)* (?:%}|else|or|and) ?|\)?$")


def shown_as_stored(template: str) -> Iterator[str]:
    """Every moment of the database (``….…_at``) that is shown in no zone, which means in UTC."""
    for moment in INSTANT.finditer(template):
        if not FINE.match(moment["use"]):
            yield moment[0]


def test_pages_show_no_moment_as_stored() -> None:
    templates = [path for path in of_ours("templates") if path.suffix == ".html"]
    found = {path.name: list(shown_as_stored(path.read_text())) for path in templates}
    assert {name: moments for name, moments in found.items() if moments} == {}


@pytest.mark.parametrize(
    "template",
    ["{{ key.created_at.date() }}", "{{ key.used_at | minute if key.used_at else _('Never') }}"],
)
def test_a_moment_as_stored_is_found(template: str) -> None:
    assert list(shown_as_stored(template))
    assert not list(shown_as_stored("{{ key.used_at.astimezone(zone) | minute if key.used_at }}"))


def test_dates_of_keys_are_the_sites(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(TIMEZONE="Pacific/Auckland"))
    with ann.app.app_context():
        key = db.session.get_one(ApiKey, 1)
        key.created_at = key.last_used_at = datetime(2026, 6, 30, 13, 5, tzinfo=UTC)
        db.session.commit()
    log_in(ann.client)
    page = ann.client.get("/settings/api").text
    assert "1 Jul 2026" in page and "2026-07-01 01:05" in page
