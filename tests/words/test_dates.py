"""Dates on pages are in the site's time zone, in the forms of `blueprints.http.language`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from blueprints.http.language import until
from models import ApiKey, db
from tests.conftest import Person, csrf_token, log_in, make_person
from tests.test_style import of_ours

INSTANT = re.compile(r"(?<!\.)\b\w+\.\w+_at\b(?P<use>[^\n]{0,40})")
FINE = re.compile(r"(?:\(\w+\))?\.astimezone\(|\.isoformat\(\)|\)* (?:%}|else|or|and) ?|\)?$")


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
    assert "1 Jul 2026" in page and "1 Jul 2026, 01:05 NZST" in page


NOW = datetime(2026, 6, 30, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (-1, "in 1 minute"), (0, "in 1 minute"), (0.02, "in 1 minute"), (0.1, "in 6 minutes"),
        (0.99, "in 59 minutes"), (0.999, "in 1 hour"), (1, "in 1 hour"), (5.9, "in 6 hours"),
        (23.4, "in 23 hours"), (23.999, "in 1 day"), (24, "in 1 day"), (71, "in 3 days"),
        (8760, "in 365 days"),
    ],
)  # fmt: skip
def test_how_far_off_a_moment_is(hours: float, text: str) -> None:
    assert until(NOW + timedelta(hours=hours), NOW) == text


def test_an_expiration_is_near_and_exact(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(TIMEZONE="Asia/Tokyo"))
    image = ann.uploaded("plain.jpg", expiration="P3D")
    page = ann.client.get(image["path_viewer"]).text
    exact = datetime.fromisoformat(re.findall(r'<time datetime="([^"]+)" title', page)[-1])
    assert "Expires in 3 days" in page
    assert page.count(f"{exact.astimezone(ZoneInfo('Asia/Tokyo')):%-d %b %Y, %H:%M} JST") == 2
    log_in(ann.client)
    form = ann.client.get(f"/manage/{image['id_encoded']}/edit").text
    assert '<option value="keep">Expires in 3 days</option>' in form and "No change" not in form


@pytest.mark.parametrize(
    ("expiration", "text"),
    [("P1D", "Saved. Expires in 1 day."), ("", "Saved. Never expires."), ("keep", "Saved.")],
)
def test_saved_says_what_holds_now(expiration: str, text: str, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", expiration="P3D")
    log_in(ann.client)
    token = csrf_token(ann.client.get("/settings").text)
    form = {"csrf_token": token, "title": "x", "expiration": expiration}
    ann.client.post(f"/manage/{image['id_encoded']}/edit", data=form)
    assert f'<div class="toast"><span data-said>{text}</span>' in ann.client.get("/settings").text
