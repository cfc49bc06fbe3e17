"""What an admin says of the site: its description, its footer, what files are called."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import log_in, make_person, path_of


def test_the_footer_is_on_every_page(make_app: Callable[..., Flask]) -> None:
    app = make_app(FOOTER="By <Ann> & Bob · [Imprint](https://home.example/?a=b&c=d)")
    ann = make_person(app)
    log_in(ann.client)
    guest = app.test_client()
    upload = path_of(ann.uploaded("pixel.png")["url_viewer"])
    for client, path in (
        (guest, "/"),
        (guest, "/login"),
        (guest, "/nothing"),
        (guest, upload),
        (ann.client, "/settings"),
    ):
        page = client.get(path, headers={"Accept": "text/html"}).text
        assert (
            '<footer class="site-footer">By &lt;Ann&gt; &amp; Bob · <a '
            'href="https://home.example/?a=b&amp;c=d" rel="noopener">Imprint</a></footer>' in page
        )


def test_no_footer_without_a_text(app: Flask) -> None:
    assert "<footer" not in app.test_client().get("/").text


def test_the_description_is_on_the_start_page_and_in_previews(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(DESCRIPTION='Photos of "us" & friends', SITE_NAME="Ours")
    for path in ("/", "/login"):
        page = app.test_client().get(path).text
        said = "Photos of &#34;us&#34; &amp; friends"
        assert f'<meta name="description" content="{said}">' in page
        assert f'<meta property="og:description" content="{said}">' in page
        assert '<meta property="og:title" content="Ours">' in page
    assert f'<p class="quiet">{said}</p>' in app.test_client().get("/").text


@pytest.mark.parametrize(
    ("naming", "fields", "name", "has_title"),
    [
        ("original", {}, "My-holiday", True),
        ("original", {"neutral_name": "1"}, r"\w{32}", False),
        ("mixed", {}, r"My-holiday\w{16}", True),
        ("mixed", {"neutral_name": "1"}, r"\w{32}", False),
        ("random", {}, r"\w{32}", False),
        ("random", {"neutral_name": "0"}, "My-holiday", True),
        ("id", {}, "{id}", True),
        ("id", {"neutral_name": "0"}, "{id}", True),
        ("id", {"neutral_name": "1"}, r"\w{32}", False),
    ],
)
def test_what_files_are_called(
    naming: str, fields: dict[str, str], name: str, has_title: bool, make_app: Callable[..., Flask]
) -> None:
    ann = make_person(make_app(FILE_NAMES=naming))
    for source in ("pixel.png", "alpha.png"):  # the second finds its name taken, if it is the same
        image = ann.uploaded(source, "My holiday.png", **fields)
        expected = name.replace("{id}", image["id_encoded"])
        taken = r"(\w{16})?" if source == "alpha.png" else ""
        assert re.fullmatch(expected + taken, image["name"]), image["name"]
        assert (image["title"] == "My holiday") == has_title
        assert (image["original_filename"] == "My holiday.png") == has_title
        assert ann.client.get(path_of(image["url"])).status_code == 200


def test_a_long_name_has_at_most_200_characters_with_the_random_ones(
    make_app: Callable[..., Flask],
) -> None:
    ann = make_person(make_app(FILE_NAMES="mixed"))
    image = ann.uploaded("pixel.png", "n" * 300 + ".png")
    assert re.fullmatch(r"n{184}\w{16}", image["name"])
