"""The way back from an error: a page of this site that led there, no other."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("referrer", "path"),
    [
        ("http://localhost/mine?sort=views&kind=photo#x", "/mine?sort=views&amp;kind=photo"),
        ("http://localhost/nowhere", ""),  # the page itself, reloaded
        ("http://elsewhere.example/mine", ""),
        ("http://localhost:81/mine", ""),
        ("http://localhost//elsewhere.example", ""),
        ("http://localhost/\\elsewhere.example", ""),
        ("javascript:alert(1)", ""),
        ("http://[", ""),
        ("http://localhost", ""),
        ("", ""),
    ],
)
def test_where_it_leads(referrer: str, path: str, client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Referer": referrer} if referrer else {})
    assert answer.status_code == 404 and 'action="/search"' in answer.text
    link = f'<a class="button soft" href="{path}">Go back</a>'
    assert (link in answer.text) if path else ("Go back" not in answer.text)
