"""The page of an upload, and its delete link."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from models import Scrubbing, Tag, Upload, db
from tests.conftest import Person, log_in, make_person, path_of, stored_files

BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "User-Agent": "Mozilla/5.0 Firefox/140.0",
}


def test_the_page(ann: Person) -> None:
    image = ann.uploaded(
        "plain.jpg", title="Évora & <more>", description="line one\nline two", tags="sea, sky"
    )
    answer = ann.app.test_client().get(image["path_viewer"])
    assert answer.status_code == 200
    text = answer.text
    assert "Évora &amp; &lt;more&gt;" in text and "<more>" not in text
    assert "1600 × 1200" in text and "330 KB" in text and "by ann" in text and ">sea</a>" in text
    assert f'<meta property="og:image" content="{image["medium"]["url"]}">' in text
    assert '<meta property="og:image:width" content="750">' in text
    assert '<meta name="twitter:card" content="summary_large_image">' in text
    assert f'<meta property="og:url" content="{image["url_viewer"]}">' in text
    assert "/original/" not in text  # its owner's business
    assert "script" not in answer.headers["Content-Security-Policy"].replace(
        "script-src 'self'", ""
    )
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_wrong_slug_leads_to_the_right_one(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="Right title")
    client, path = ann.app.test_client(), f"/image/Right-title.{image['id_encoded']}"
    for wrong in (
        f"/image/{image['id_encoded']}",
        f"/image/wrong.{image['id_encoded']}",
        f"/image/a.b.{image['id_encoded']}",
        f"/clip/{image['id_encoded']}",
        f"/image/right-title.{image['id_encoded']}",
    ):
        answer = client.get(wrong)
        assert (answer.status_code, answer.headers["Location"]) == (302, path), wrong
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/image/nothing1",
        "/image/x.nothing1",
        "/clip/nothing1",
        "/image/..",
        "/image/%00",
        "/image/a.",
        "/nowhere",
    ],
)
def test_unknown_pages_are_friendly(path: str, ann: Person) -> None:
    answer = ann.client.get(path, headers=BROWSER)
    assert answer.status_code == 404 and "Page not found" in answer.text


def test_nsfw_gives_chats_no_picture(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", nsfw="1")
    text = ann.client.get(image["path_viewer"]).text
    assert "og:image" not in text and "twitter:image" not in text


@pytest.mark.parametrize(
    "title",
    [
        '"><script>alert(1)</script>',
        "</title><script>",
        "javascript:alert(1)",
        "{{ 7*7 }}",
        'x" onerror="a',
    ],
)
def test_text_from_people_is_only_text(title: str, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title=title, description=title, tags="a'b")
    log_in(ann.client)
    for path in (image["path_viewer"], "/"):
        text = ann.client.get(path, headers=BROWSER).text
        assert "<script>" not in text and 'onerror="' not in text
    page = ann.client.get(path_of(image["delete_url"]), headers=BROWSER).text
    assert "<script>" not in page


# --- deleting


def gone(ann: Person, image: dict[str, object]) -> bool:
    with ann.app.app_context():
        rows = db.session.query(Upload).count()
    files = stored_files(ann.app)
    assert (rows == 0) == (files == []), files
    return rows == 0


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_program_deletes_at_once(method: str, ann: Person) -> None:
    image = ann.uploaded("gps-nikon.jpg", tags="a,b")
    answer = ann.app.test_client().open(
        path_of(image["delete_url"]), method=method, headers={"X-API-Key": ann.key, "Accept": "*/*"}
    )
    assert answer.status_code == 200
    assert (
        answer.get_json()["status_code"] == 200
        and answer.get_json()["status_txt"] == "OK"
        and answer.get_json()["success"]["code"] == 200
    )
    assert gone(ann, image)
    with ann.app.app_context():
        assert db.session.query(Scrubbing).count() == 0
        assert db.session.execute(db.text("SELECT count(*) FROM upload_tag")).scalar() == 0
        assert db.session.query(Tag).count() == 2
    again = ann.app.test_client().open(path_of(image["delete_url"]), method=method)
    assert again.status_code == 404 and again.get_json()["status_code"] == 404
    for url in (image["url"], image["thumb"]["url"], image["path_viewer"]):
        assert ann.client.get(path_of(str(url))).status_code == 404


def test_a_browser_is_asked_first(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    client, path = ann.app.test_client(), path_of(image["delete_url"])
    answer = client.get(path, headers=BROWSER)
    assert (
        answer.status_code == 200
        and "Delete permanently?" in answer.text
        and path_of(image["thumb"]["url"]) in answer.text
    )
    assert not gone(ann, image)
    answer = client.post(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert gone(ann, image)
    page = client.get("/", headers=BROWSER)
    assert page.status_code == 200 and "File deleted." in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        *(
            {"User-Agent": agent}
            for agent in (
                "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
                "Twitterbot/1.0",
                "facebookexternalhit/1.1",
                "WhatsApp/2.23.20.0",
                "TelegramBot (like TwitterBot)",
                "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
                "LinkedInBot/1.0",
                "Mozilla/5.0 (compatible; Googlebot/2.1)",
                "Mozilla/5.0 (Windows NT) SkypeUriPreview Preview/0.5",
                "Mastodon/4.3 (http.rb)",
                "Synapse (bot; +https://github.com/matrix-org/synapse)",
                "Mozilla/5.0 (compatible; bingbot/2.0)",
            )
        ),
    ],
)
def test_who_only_looks_never_deletes(headers: dict[str, str], ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    answer = ann.app.test_client().get(
        path_of(image["delete_url"]), headers={"Accept": "*/*", **headers}
    )
    assert answer.status_code == 200 and not gone(ann, image)


def test_head_never_deletes(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    assert ann.app.test_client().head(path_of(image["delete_url"])).status_code == 200
    assert not gone(ann, image)


def test_the_wrong_token_changes_nothing(ann: Person) -> None:
    image, other = ann.uploaded("plain.jpg"), ann.uploaded("alpha.png")
    client, files = ann.app.test_client(), stored_files(ann.app)
    stolen = path_of(image["url_short"]) + "/delete/" + other["delete_url"].rpartition("/")[2]
    for path in (
        stolen,
        path_of(image["url_short"]) + "/delete/" + "0" * 48,
        path_of(image["delete_url"])[:-1],
        "/image/nothing1/delete/x",
    ):
        for method in ("GET", "POST", "DELETE", "HEAD"):
            assert client.open(path, method=method).status_code == 404
            assert client.open(path, method=method, headers=BROWSER).status_code == 404
    assert stored_files(ann.app) == files
    with ann.app.app_context():
        assert db.session.query(Upload).count() == 2


def test_the_token_is_kept_as_a_hash(ann: Person) -> None:
    token = ann.uploaded("plain.jpg")["delete_url"].rpartition("/")[2]
    data = ann.app.extensions["keepsake"].config.data
    assert not [
        path for path in data.rglob("*") if path.is_file() and token.encode() in path.read_bytes()
    ]


def test_nothing_is_deleted_while_the_disk_is_away(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    data = ann.app.extensions["keepsake"].config.data
    (data / "public").rename(data / "elsewhere")
    (data / "public").mkdir()
    answer = ann.app.test_client().delete(path_of(image["delete_url"]))
    assert answer.status_code == 503
    (data / "public").rmdir()
    (data / "elsewhere").rename(data / "public")
    assert ann.client.get(path_of(image["url"])).status_code == 200


def test_under_a_path(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(PUBLIC_URL="https://home.example/pics/"))
    for prefix in ("", "/pics"):  # a proxy may strip the path or not
        answer = ann.app.test_client().post(
            f"{prefix}/api/1/upload",
            data={"source": (open_sample(), "a.png")},
            headers={"X-API-Key": ann.key},
        )
        image = answer.get_json()["image"]
        assert image["url"].startswith("https://home.example/pics/images/")
        assert image["path_viewer"] == "/pics/image/a." + image["id_encoded"]
        assert (
            ann.client.get(prefix + image["path_viewer"].removeprefix("/pics")).status_code == 200
        )
        page = ann.client.get(prefix + "/login").text
        assert 'href="/pics/static/' in page and 'action="/pics/login"' in page
        assert (
            ann.client.get(f"{prefix}/image/{image['id_encoded']}").headers["Location"]
            == image["path_viewer"]
        )


def open_sample() -> object:
    from tests.conftest import sample

    return sample("alpha.png").open("rb")
