"""Toasts as pages have them without JavaScript."""

from __future__ import annotations

from flask import session
from flask.testing import FlaskClient

from blueprints.http.toasts import toast
from tests.conftest import Person, log_in


def test_a_toast_has_a_form_that_takes_it_back(client: FlaskClient, ann: Person) -> None:
    log_in(client)
    with client.application.test_request_context():
        toast("2 files <moved>", "/changes/abc/undo")
        toast("Saved")
        flashes = session["_flashes"]
    with client.session_transaction() as stored:
        stored["_flashes"] = flashes
    page = client.get("/mine").text
    assert '<form method="post" action="/changes/abc/undo">' in page
    assert "<span data-said>2 files &lt;moved&gt;</span>" in page
    assert '<div class="toast">Saved</div>' in page
    assert "/changes/abc/undo" not in client.get("/mine").text
