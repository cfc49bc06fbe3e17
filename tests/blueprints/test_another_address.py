"""A site whose PUBLIC_URL is one address, opened at another, as from within the home."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import Person, log_in, make_person

OUTSIDE = "https://photos.example"


@pytest.fixture
def ann(make_app: Callable[..., Flask]) -> Person:
    person = make_person(make_app(PUBLIC_URL=OUTSIDE, EXPLORE="everyone"))
    log_in(person.client)
    return person


def test_pages_show_pictures_of_the_address_that_they_were_opened_at(ann: Person) -> None:
    """Browsers take them and cookies of that host alone (Content-Security-Policy)."""
    image = ann.uploaded("iphone-gps-8mp.jpg", title="Lake")
    film = ann.uploaded("clip.mp4", title="Boat")
    pages = ["/mine", "/explore", f"/manage/{image['id_encoded']}/delete", "/albums"]
    pages += [one["path_viewer"] for one in (image, film)]
    for path in pages:
        shown = ann.client.get(path).text
        body = shown.partition("<body")[2]
        sources = re.findall(
            r'(?:src|srcset|poster|data-file|data-play|data-whole)="([^"]*)"', body
        )
        preloads = re.findall(r'<link rel="preload"[^>]*(?:href|imagesrcset)="([^"]*)"', shown)
        assert not [one for one in sources + preloads if OUTSIDE in one], path
    page = ann.client.get(image["path_viewer"]).text
    assert f'property="og:image" content="{OUTSIDE}/images/' in page  # for others, who are outside
    assert f'value="{OUTSIDE}/image/' in page  # to copy
