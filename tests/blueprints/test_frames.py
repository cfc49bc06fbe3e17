"""Slideshows: their page, what they list and to whom; and that browsers of 2015 understand them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from blueprints.http.assets import STATIC
from blueprints.http.share_address import share_token
from models import Album, Download, ShareLink, User, db
from services.share_links import LinkWishes, revoke_link, share_album
from services.view_counter import ALBUM, LINK
from tests.conftest import Person, existing, make_person

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
# Chrome 30 (Android 4.4) and Safari 9 lack these, or part of them
NEWER = (
    r"var\(", r"--\w", r"\binset\b", r"aspect-ratio", r"object-fit", r"display:\s*grid", r"\bgap:",
    r"\bclamp\(|\bmin\(|\bmax\(", r":is\(|:where\(|:has\(|:focus-visible|:focus-within",
    r"@layer|@container|@supports", r"\bd?vh\b", r"#[0-9a-f]{8}\b|#[0-9a-f]{4}\b", r"&",
    r"rgb\(\d+ ", r"margin-(inline|block)",
)  # fmt: skip
NEWER_IN_SCRIPTS = (
    r"=>", r"\b(let|const|class|async|await)\b", r"`", r"\bfetch\(", r"\bPromise\b", r"\?\.",
    r"\?\?", r"\bfor \(.* of ", r"\.(includes|find|assign|closest|remove|append|replaceAll)\(",
    r"\bnew (Map|Set|URL|IntersectionObserver)\b", r"\.dataset\b", r"classList", r"\bimport\b",
    r"\.\.\.", r"\.matches\(", r"NodeList\.|\.forEach\(.*slides", r"\*\*", r"event\.key\b",
)  # fmt: skip


@pytest.fixture
def ann(app: Flask) -> Person:
    return make_person(app)


@pytest.fixture
def album(ann: Person) -> Iterator[Album]:
    with ann.app.test_request_context():
        made = Album.create(existing(User.by_name("ann")), "Rome")
        made.visibility, made.sort = "unlisted", "uploaded"
        db.session.commit()
        yield made


def link_to(album: Album, **wishes: Any) -> ShareLink:
    return share_album(album.user, album, share_token, LinkWishes(**wishes))  # type: ignore[typeddict-item]


def address(link: ShareLink) -> str:
    return f"/s/{share_token(link.public_id)}"


def listed(app: Flask, path: str) -> dict[str, Any]:
    answer = app.test_client().get(path)
    assert answer.status_code == 200 and answer.is_json
    document: Any = answer.json
    return dict(document)


def titles(document: dict[str, Any]) -> list[str]:
    return [one["title"] for one in document["files"]]


def test_files_in_the_order_of_the_album_and_the_newest(ann: Person, album: Album) -> None:
    for title in ("a", "b", "c"):
        ann.uploaded("plain.jpg", title=title, album_id=album.public_id)
    for path in (f"/album/{album.public_id}/frame/files", f"{address(link_to(album))}/frame/files"):
        whole = listed(ann.app, path)
        assert titles(whole) == ["a", "b", "c"] and whole["next"] == ""
        after = whole["files"][0]["id"]
        assert titles(listed(ann.app, f"{path}?after={after}")) == ["b", "c"]
        assert titles(listed(ann.app, f"{path}?newest=1")) == ["c", "b", "a"]
        assert sorted(titles(listed(ann.app, f"{path}?order=random"))) == ["a", "b", "c"]
        assert listed(ann.app, f"{path}?after=nothing") == {"files": [], "next": ""}


def test_a_part_at_a_time(ann: Person, album: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.http.frame_page.FILES", 2)
    for title in ("a", "b", "c"):
        ann.uploaded("pixel.png", title=title, album_id=album.public_id)
    path = f"/album/{album.public_id}/frame/files"
    first = listed(ann.app, path)
    rest = listed(ann.app, f"{path}?after={first['next']}")
    assert titles(first) == ["a", "b"] and titles(rest) == ["c"] and rest["next"] == ""


def test_an_answer_only_where_something_is_new(ann: Person, album: Album) -> None:
    path, client = f"/album/{album.public_id}/frame/files?newest=1", ann.app.test_client()
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    ann.uploaded("pixel.png", album_id=album.public_id)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_pictures_that_fill_screens_the_smallest_first(ann: Person, album: Album) -> None:
    for name in ("iphone-gps-8mp.jpg", "clip.mp4", "iphone.heic", "animated.gif", "pixel.png"):
        ann.uploaded(name, album_id=album.public_id)
    path = f"{address(link_to(album))}/frame/files"
    photo, clip, heic, moving, small = listed(ann.app, path)["files"]
    client = ann.app.test_client()
    for file in (photo, clip, heic, moving, small):
        widths = [one["width"] for one in file["pictures"]]
        assert widths and widths == sorted(widths)
        for one in file["pictures"]:
            assert one["url"].startswith(path.removesuffix("frame/files"))
            answer = client.get(one["url"])
            kind, _, extension = str(answer.mimetype).partition("/")
            assert answer.status_code == 200 and kind == "image"
            assert one["type"] == (extension if extension in ("webp", "avif") else "")
    assert "" in {one["type"] for one in heic["pictures"]} and len(moving["pictures"]) == 1


def test_a_link_without_downloads_shows_no_file_that_it_keeps(ann: Person, album: Album) -> None:
    ann.uploaded("iphone-gps-8mp.jpg", album_id=album.public_id)
    link = link_to(album, download=Download.NONE)
    (photo,) = listed(ann.app, f"{address(link)}/frame/files")["files"]
    assert all(one["url"].rpartition("/")[2] != "file" for one in photo["pictures"])
    client = ann.app.test_client()
    assert {client.get(one["url"]).status_code for one in photo["pictures"]} == {200}


def test_nothing_that_is_not_safe_for_work(ann: Person, album: Album) -> None:
    ann.uploaded("pixel.png", title="a", nsfw="1", album_id=album.public_id)
    ann.uploaded("plain.jpg", title="b", album_id=album.public_id)
    path = f"/album/{album.public_id}/frame/files"
    for query in ("", "?newest=1", "?order=random"):
        assert titles(listed(ann.app, path + query)) == ["b"]


def test_no_own_address_of_a_file_or_an_album_under_a_link(ann: Person, album: Album) -> None:
    ann.uploaded("plain.jpg", album_id=album.public_id)
    link = link_to(album)
    for path in ("/frame", "/frame/files", "/frame/files?newest=1"):
        text = ann.app.test_client().get(address(link) + path).text
        assert "/images/" not in text and "/album/" not in text and "/image/" not in text


def test_who_asks_first_asks_here_and_who_has_ended_has_ended(ann: Person, album: Album) -> None:
    ann.uploaded("plain.jpg", title="Rapunzel", album_id=album.public_id)
    link, client = link_to(album, password="open sesame"), ann.app.test_client()
    for path in ("/frame", "/frame/files", "/frame/files?newest=1"):
        text = client.get(address(link) + path).text
        assert "Rapunzel" not in text and "Rome" not in text and "/file/" not in text
    other = link_to(album)
    assert client.get(f"{address(other)}/frame").status_code == 200
    revoke_link(other)
    for path in ("/frame", "/frame/files"):
        assert client.get(address(other) + path).status_code == 404


def test_a_slideshow_is_one_view_as_long_as_it_goes_on(ann: Person, album: Album) -> None:
    ann.app.config["WTF_CSRF_ENABLED"] = False
    link, client = link_to(album, max_views=1), ann.app.test_client()
    client.post(f"{address(link)}/open")
    answer = client.get(f"{address(link)}/frame/files")
    assert answer.is_json and "share=" in answer.headers["Set-Cookie"]
    assert "Set-Cookie" not in ann.app.test_client().get(f"{address(link)}/frame/files").headers
    db.session.refresh(link)
    assert link.views == 1


def test_views_are_counted_at_the_start(ann: Person, album: Album) -> None:
    views, link = ann.app.extensions["keepsake"].views, link_to(album)
    client = ann.app.test_client()
    for _ in range(3):
        client.get(f"/album/{album.public_id}/frame", headers=PERSON)
        client.get(f"/album/{album.public_id}/frame/files", headers=PERSON)
        client.get(f"{address(link)}/frame", headers=PERSON)
        client.get(f"{address(link)}/frame/files", headers=PERSON)
    assert views.waiting(ALBUM + album.public_id) == 1
    assert views.waiting(LINK + link.public_id) == 1


def test_its_page_is_small_and_goes_on_without_scripts(ann: Person, album: Album) -> None:
    path, client = f"/album/{album.public_id}/frame", ann.app.test_client()
    assert "No files to show yet" in client.get(path).text
    for title in ("a", "b"):
        ann.uploaded("plain.jpg", title=title, album_id=album.public_id)
    first = client.get(f"{path}?captions=1&clock=1&seconds=20&order=random")
    assert len(first.get_data()) < 6000 and 'data-seconds="20"' in first.text
    following = re.search(r'<a href="(\?after=\w+)">', first.text)
    assert following
    assert ">b</p>" in client.get(f"{path}{following[1]}&captions=1").text


def test_browsers_of_2015_understand_style_and_script() -> None:
    """ESLint reads the script as ECMAScript 5 (tests/lint)."""
    style = re.sub(r"/\*.*?\*/", "", (STATIC / "css/frame.css").read_text(), flags=re.DOTALL)
    style = re.sub(r"max-(width|height)|min-(width|height)", "", style)
    script = re.sub(r"^ *//.*", "", (STATIC / "js/frame.js").read_text(), flags=re.MULTILINE)
    assert not [one for one in NEWER if re.search(one, style)]
    assert not [one for one in NEWER_IN_SCRIPTS if re.search(one, script)]
    assert len(style) + len(script) < 15_000
    assert re.search(NEWER[0], "color: var(--x)") and re.search(NEWER_IN_SCRIPTS[0], "() => 1")
