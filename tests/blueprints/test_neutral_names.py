"""Neutral names: nothing that visitors can read tells what the sender called the file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person, csrf_token, log_in, make_person, path_of, sample

SECRET = "Quarterly divorce papers"


def told(ann: Person, image: dict[str, Any]) -> str:
    """All that a visitor can read of it."""
    visitor = ann.app.test_client()
    pages = [
        visitor.get(path_of(image["url_viewer"])),
        visitor.get(path_of(image["url"])),
        visitor.get("/oembed?url=" + image["url_viewer"]),
    ]
    assert all(page.status_code == 200 for page in pages)
    return (
        json.dumps(image)
        + "".join(str(page.headers) for page in pages)
        + pages[0].text
        + pages[2].text
    )


@pytest.mark.parametrize(
    ("setting", "fields", "is_neutral"),
    [
        (False, {}, False),
        (False, {"neutral_name": "1"}, True),
        (False, {"neutral_name": "true"}, True),
        (False, {"neutral_name": "0"}, False),
        (True, {}, True),
        (True, {"neutral_name": "0"}, False),
        (True, {"neutral_name": "1"}, True),
    ],
)
def test_the_site_says_and_an_upload_may_say_otherwise(
    setting: bool, fields: dict[str, str], is_neutral: bool, make_app: Callable[..., Flask]
) -> None:
    ann = make_person(make_app(FILE_NAMES="random" if setting else "original"))
    image = ann.uploaded("alpha.png", f"{SECRET}.png", **fields)
    words = told(ann, image).lower()
    assert any(word in words for word in ("quarterly", "divorce")) == (not is_neutral)
    assert (image["title"] is None) == is_neutral
    if is_neutral:
        assert image["original_filename"] == image["filename"] and len(image["name"]) == 32


def test_a_given_title_stays(ann: Person) -> None:
    assert (
        ann.uploaded("alpha.png", f"{SECRET}.png", neutral_name="1", title="Papers")["title"]
        == "Papers"
    )


def test_nonsense_is_refused(ann: Person) -> None:
    answer = ann.upload("alpha.png", neutral_name="perhaps")
    assert (answer.status_code, answer.json["error"]["message"]) == (400, "Invalid neutral_name")


@pytest.mark.parametrize(
    ("setting", "value", "label"),
    [(False, "1", "Hide it from others"), (True, "0", "Show it to others")],
)
def test_the_page_offers_the_other_choice(
    setting: bool, value: str, label: str, make_app: Callable[..., Flask]
) -> None:
    ann = make_person(make_app(NEUTRAL_NAMES=setting))  # as it was called once
    log_in(ann.client)
    page = ann.client.get("/").text
    assert re.search(rf'name="neutral_name" value="{value}"[^>]*>\s+{label}', page)
    form = {
        "csrf_token": csrf_token(page),
        "neutral_name": value,
        "source": (io.BytesIO(sample("alpha.png").read_bytes()), f"{SECRET}.png"),
    }
    assert ("/images" in (answer := ann.client.post("/upload", data=form).text)) and (
        "/Quarterly-divorce-papers.png" in answer
    ) == setting
