"""Every kind of link means a code that each upload has."""

from __future__ import annotations

import html
import json
import re

import pytest

from blueprints.documents import embed_codes
from blueprints.documents.link_kinds import IN_THE_PLUGIN, ON_THE_UPLOAD_PAGE
from blueprints.http.addresses import Addresses
from models import Upload, Visitor
from tests.conftest import Person, log_in


@pytest.mark.parametrize("sample", ["pixel.png", "plain.jpg", "iphone.heic", "clip.mp4"])
def test_each_upload_has_a_code_of_each_kind(sample: str, ann: Person) -> None:
    image = ann.uploaded(sample)
    with ann.app.app_context():
        upload = Upload.find(image["id_encoded"], Visitor.GUEST)
        assert upload
        groups = embed_codes.codes(upload, Addresses("http://localhost"))
    codes = {kind.name: kind.of(groups) for kind in (*ON_THE_UPLOAD_PAGE, *IN_THE_PLUGIN)}
    assert codes["viewer"] == codes["viewer-links"] == image["url_viewer"]
    assert codes["direct"] == codes["direct-links"] == image["url"]
    assert codes["thumbnail"] == image["thumb"]["url"]
    assert image["thumb"]["url"] in codes["bbcode-embed-thumbnail"]
    for language, opening in (("bbcode", "["), ("markdown", "["), ("html", "<")):
        assert codes[language] == codes[f"{language}-embed"]
        assert all(
            codes[f"{language}-embed-{size}"].startswith(opening)
            for size in ("full", "medium", "thumbnail")
        )


def test_the_pages_offer_them(ann: Person) -> None:
    client = ann.app.test_client()
    log_in(client)
    for path, kinds in (("/", ON_THE_UPLOAD_PAGE), ("/upload/popup", IN_THE_PLUGIN)):
        page = client.get(path).text
        offered = re.findall(
            r'<option value="([a-z-]+)" data-group="(\w+)" data-codes="([^"]+)"[^>]*>[^<]+<', page
        )
        assert set(kinds) <= {
            (name, group, tuple(json.loads(html.unescape(codes)))) for name, group, codes in offered
        }
