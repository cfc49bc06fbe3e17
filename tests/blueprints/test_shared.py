"""What people without an account get under a share link: its pages, downloads, what it asks, who is
counted, and what chats show of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, Unpack
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.http.password_limits import PER_NETWORK, PER_THING
from blueprints.http.share_address import share_token
from models import Album, Limit, ShareLink, Tag, Upload, User, db, utcnow
from models.link_contents import MOST_COUNTED
from models.share_link import Download
from services.share_links import LinkWishes, change_link, share_album, share_files, share_tag
from tests.conftest import Person, csrf_token, existing, log_in, make_person, path_of
from tests.shares import name_under

pytestmark = pytest.mark.usefixtures("cheap_links")
BROWSER = {"User-Agent": "Mozilla/5.0 Firefox/140"}


@pytest.fixture
def cheap_links(monkeypatch: pytest.MonkeyPatch) -> None:
    from werkzeug.security import generate_password_hash as make

    monkeypatch.setattr(
        "models.share_link.generate_password_hash",
        lambda password, method: make(password, "scrypt:1024:8:1"),
    )


def to_files(person: Person, *images: dict[str, Any], **wishes: Unpack[LinkWishes]) -> str:
    """The address of a new link to these."""
    with person.app.app_context():
        user = existing(User.by_name(person.name))
        link = share_files(user, [one["id_encoded"] for one in images], share_token, wishes)
        return f"/s/{share_token(link.public_id)}"


def to_album(person: Person, **wishes: Unpack[LinkWishes]) -> tuple[str, str]:
    """The same of a new private album, and that album's id."""
    with person.app.app_context():
        user = existing(User.by_name(person.name))
        album = Album(user_id=user.id, name="Holiday", visibility="private", sort="uploaded")
        db.session.add(album)
        db.session.commit()
        link = share_album(user, album, share_token, wishes)
        return f"/s/{share_token(link.public_id)}", album.public_id


def called(person: Person, path: str, image: dict[str, Any]) -> str:
    """What an upload is called under the link with this path."""
    return name_under(person.app, path.removeprefix("/s/"), image["id_encoded"])


def views_of(person: Person, path: str) -> int:
    site = person.app.extensions["keepsake"]
    with person.app.app_context():
        site.views.flush()
        return existing(ShareLink.find(path.rpartition("/")[2])).views


def change(person: Person, path: str, **wishes: Unpack[LinkWishes]) -> None:
    with person.app.app_context():
        change_link(existing(ShareLink.find(path.rpartition("/")[2])), wishes)


# --- pages


def test_one_file_shows_its_page(ann: Person) -> None:
    path = to_files(ann, ann.uploaded(title="Lake", visibility="private"))
    page = ann.app.test_client().get(path).text
    assert "<h1>Lake</h1>" in page and 'class="viewer"' in page
    assert "Back to all files" not in page and "data-endless" not in page
    titled = to_files(ann, ann.uploaded("alpha.png", title="Lake"), title="For you")
    assert "<h1>For you</h1>" in ann.app.test_client().get(titled).text


def test_chosen_files_are_named_by_how_many_and_whose(ann: Person) -> None:
    images = [ann.uploaded(name, title=name) for name in ("plain.jpg", "alpha.png", "pixel.png")]
    path = to_files(ann, images[2], images[0], images[1], expires_at=utcnow() + timedelta(days=9))
    page = ann.app.test_client().get(path).text
    assert "<h1>3 files from ann</h1>" in page and "Until " in page
    tiles = re.findall(rf'href="[^"]*{path}/(\w+)" data-view', page)
    assert tiles == [called(ann, path, images[one]) for one in (2, 0, 1)]
    one = ann.app.test_client().get(f"{path}/{called(ann, path, images[0])}").text
    assert "Back to all files" in one
    beside = re.findall(rf'rel="(\w+)" href="{path}/(\w+)"', one)
    assert beside == [
        ("prev", called(ann, path, images[2])), ("next", called(ann, path, images[1])),
    ]  # fmt: skip


def test_the_page_of_what_does_not_work_offers_nothing_else(ann: Person) -> None:
    path = to_files(ann, ann.uploaded())
    for one in ("/s/" + "0" * 22, f"{path[:-1]}", f"/s/{'0' * 22}/add"):
        answer = ann.app.test_client().get(one)
        assert answer.status_code == 404
        assert "<h1>This link doesn't work</h1>" in answer.text
        for what in ('role="search"', "/search", "/explore", "/albums", "eyebrow"):
            assert what not in answer.text, what


def test_nothing_yet(ann: Person) -> None:
    path, _ = to_album(ann)
    answer = ann.app.test_client().get(path)
    assert answer.status_code == 200 and "No files here yet." in answer.text
    assert "Holiday" in answer.text and "0 files" in answer.text


@pytest.mark.parametrize("kind", ["files", "album", "tag"])
def test_pages_go_on_in_both_directions(ann: Person, kind: str, monkeypatch: Any) -> None:
    monkeypatch.setattr("blueprints.http.link_page.PAGE", 2)
    path, album = to_album(ann)
    images = [
        ann.uploaded(bytes_of(number), f"{number}.png", album_id=album, tags="sea")
        for number in range(5)
    ]
    if kind == "files":
        path = to_files(ann, *images)
    if kind == "tag":
        with ann.app.app_context():
            user, tag = existing(User.by_name("ann")), existing(Tag.find("sea"))
            path = f"/s/{share_token(share_tag(user, tag, share_token, {}).public_id)}"
    ids = [called(ann, path, one) for one in (images[::-1] if kind == "tag" else images)]
    client = ann.app.test_client()

    def shown(query: str) -> tuple[list[str], str, str]:
        text = client.get(path + query).text
        found = re.findall(rf'{path}/(\w+)" data-view', text)
        ahead = re.search(r'data-next href="([^"]+)"', text)
        back = re.search(r'href="(\?before=[^"]+)"', text)
        return found, ahead[1] if ahead else "", back[1] if back else ""

    first, second, third = ids[:2], ids[2:4], ids[4:]
    found, ahead, back = shown("")
    assert (found, back) == (first, "")
    found, ahead, back = shown(ahead)
    assert found == second and shown(back)[0] == first
    found, ahead, back = shown(ahead)
    assert (found, ahead) == (third, "") and shown(back)[:1] == (second,)
    assert "No more files here." in client.get(f"{path}?after=Nothing0").text


def bytes_of(number: int) -> bytes:
    import io

    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (40, 30), (number * 40, 90, 90)).save(made, "PNG")
    return made.getvalue()


def test_many_are_counted_only_so_far(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.link_contents.MOST_COUNTED", 2)
    monkeypatch.setattr("blueprints.http.link_page.MOST_COUNTED", 2)
    images = [ann.uploaded(bytes_of(number), f"{number}.png") for number in range(4)]
    page = ann.app.test_client().get(to_files(ann, *images)).text
    assert "<h1>More than 2 files from ann</h1>" in page
    named = ann.app.test_client().get(to_files(ann, *images, title="Summer")).text
    assert "<span>More than 2 files</span>" in named
    assert MOST_COUNTED == 1000


def test_a_page_of_a_stranger_tells_less(ann: Person) -> None:
    """Nothing of who looks at the file elsewhere, of its other albums and tags, or of its owner's
    things.
    """
    image = ann.uploaded("gps-nikon.jpg", title="Lake", tags="secretly")
    with ann.app.app_context():
        existing(Upload.find_any(image["id_encoded"])).views = 4321
        db.session.commit()
    log_in(ann.client)
    path = to_files(ann, image)
    assert "/user/" not in ann.app.test_client().get(path).text
    for client in (ann.app.test_client(), ann.client):
        page = client.get(path).text
        assert "Lake" in page
        for hidden in ("4321", "secretly", "/original/", "/manage/", "Location"):
            assert hidden not in page, hidden


def test_the_header_offers_a_guest_what_they_can_use(make_app: Callable[..., Flask]) -> None:
    app = make_app(GUEST_UPLOADS=True, EXPLORE="everyone")
    ann = make_person(app)
    path = to_files(ann, ann.uploaded())
    page, locked = (
        app.test_client().get(one).text
        for one in (path, to_files(ann, ann.uploaded("alpha.png"), password="sesame"))
    )
    for text in (page, locked):
        assert "/albums" not in text and "/explore" not in text and "data-overlay" not in text
        assert 'role="search"' not in text and "Log in" in text
    log_in(ann.client)
    assert "/albums" in ann.client.get(path).text


def test_a_private_site_answers_links(make_app: Callable[..., Flask]) -> None:
    app = make_app(PRIVATE_SITE=True)
    ann = make_person(app)
    image = ann.uploaded(visibility="public")
    path, client = to_files(ann, image), app.test_client()
    assert client.get(path).status_code == 200
    assert client.get(f"{path}/file/{called(ann, path, image)}/file").status_code == 200
    assert client.get(path_of(image["url"])).status_code == 404
    locked = to_files(ann, image, password="sesame")
    assert "Enter the password" in client.get(locked).text
    assert posted(client, locked, "password", password="sesame").status_code == 303
    assert client.get(f"{locked}/file/{called(ann, locked, image)}/medium").status_code == 200


# --- downloads

FILES = ("file", "thumb", "medium", "tile")


@pytest.mark.parametrize(
    ("sample", "download", "shown", "kept"),
    [
        ("plain.jpg", "file", {"file", "thumb", "medium", "tile"}, "file"),
        ("plain.jpg", "preview", {"thumb", "medium", "tile"}, "medium"),
        ("plain.jpg", "none", {"thumb", "medium", "tile"}, ""),
        # small: nothing else shows it
        ("pixel.png", "preview", {"file", "thumb"}, "file"),
        ("pixel.png", "none", {"file", "thumb"}, ""),
        # what moves has to
        ("clip.mp4", "none", {"file", "thumb", "frame"}, ""),
        ("clip.mp4", "preview", {"file", "thumb", "frame"}, ""),
        ("clip.mp4", "file", {"file", "thumb", "frame"}, "file"),
        ("animated.gif", "none", {"file", "thumb"}, ""),
        # what browsers don't show is downloaded, or not had at all
        ("iphone.heic", "file", {"file", "thumb", "medium"}, "file"),
        ("iphone.heic", "none", {"thumb", "medium"}, ""),
    ],
)
def test_downloads(ann: Person, sample: str, download: str, shown: set[str], kept: str) -> None:
    """At the route, whatever the page offers; and the page offers what the route gives."""
    image = ann.uploaded(sample)
    path, client = to_files(ann, image, download=Download(download)), ann.app.test_client()
    at = f"{path}/file/{called(ann, path, image)}"
    own = {which for which in (*FILES, "frame") if client.get(f"{at}/{which}").status_code == 200}
    optional = {"tile", "medium"} - shown  # which a small file may have, too
    assert own - optional == shown
    for which in (*FILES, "frame", "preview"):
        answer = client.get(f"{at}/{which}?download=1")
        assert answer.status_code == (200 if which == kept else 404), which
        inline = client.get(f"{at}/{which}")
        assert "attachment" not in inline.headers.get("Content-Disposition", "")
    page = client.get(path).text
    assert (f"/{kept}?download=1" in page) if kept else "?download" not in page
    assert ("Download" in page) == bool(kept)
    assert ("Download medium size" in page) == (kept == "medium")
    used = set(re.findall(rf"{at}/(\w+)", page))
    assert used <= own


def test_a_download_has_the_name_of_the_file(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", "Zürich Lake.jpg")
    client = ann.app.test_client()
    for download, which in (("file", "file"), ("preview", "medium")):
        path = to_files(ann, image, download=Download(download))
        answer = client.get(f"{path}/file/{called(ann, path, image)}/{which}?download=1")
        said = answer.headers["Content-Disposition"]
        assert said.startswith("attachment; filename") and said.count(".") >= 1
        assert ".md." not in said and re.search(r"\.jpe?g", said)
        assert answer.headers["X-Robots-Tag"] == "noindex"
    odd = client.get(f"{path}/file/{called(ann, path, image)}/medium?download=x")
    assert odd.status_code == 400


def test_a_listing_uses_no_file_that_the_link_keeps(ann: Person) -> None:
    names = ("plain.jpg", "pixel.png", "alpha.png", "clip.mp4", "animated.gif", "iphone.heic")
    images = [ann.uploaded(name) for name in names]
    path, client = to_files(ann, *images, download=Download.NONE), ann.app.test_client()
    found = set(re.findall(rf"{path}/file/\w+/\w+", client.get(path).text))
    assert found and {client.get(one).status_code for one in found} == {200}


# --- what it asks first


def posted(client: FlaskClient, path: str, what: str, **fields: str) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    data = {"csrf_token": token[1] if token else "", **fields}
    return client.post(f"{path}/{what}", data=data)


def test_a_pass_is_of_its_links_path_alone(ann: Person) -> None:
    path = to_files(ann, ann.uploaded(), password="sesame")
    client = ann.app.test_client()
    answer = posted(client, path, "password", password="sesame")
    assert (answer.status_code, answer.location) == (303, path)
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("share="))
    assert f"Path={path}" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert client.get(path).status_code == 200


def test_a_form_of_another_site_opens_nothing(ann: Person) -> None:
    path = to_files(ann, ann.uploaded(), max_views=2)
    client = ann.app.test_client()
    client.get(path)
    assert client.post(f"{path}/open").status_code == 400
    assert views_of(ann, path) == 0


def test_a_number_of_views(ann: Person) -> None:
    path = to_files(ann, ann.uploaded(title="Lake"), max_views=2)
    first, second, third = (ann.app.test_client() for _ in range(3))
    for client in (first, second):
        assert "Lake" not in client.get(path).text
        assert posted(client, path, "open").status_code == 303
        for _ in range(3):
            assert "Lake" in client.get(path).text
    again = first.post(f"{path}/open", data={"csrf_token": csrf_of(first)})
    assert again.status_code == 303  # once is enough
    assert views_of(ann, path) == 2
    told = third.get(path)
    assert told.status_code == 410 and "as often as it may" in told.text
    assert third.post(f"{path}/open", data={"csrf_token": csrf_of(third)}).status_code == 410
    assert views_of(ann, path) == 2 and "Lake" in second.get(path).text
    change(ann, path, max_views=3)
    assert posted(third, path, "open").status_code == 303


def again_of(client: FlaskClient, path: str) -> FlaskClient:
    """The same browser, which didn't get the last answer."""
    client.delete_cookie("share", path=path)
    return client


def test_a_lost_answer_takes_no_other_view(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    path = to_files(ann, ann.uploaded(title="Lake"), max_views=1)
    client, late = ann.app.test_client(), ann.app.test_client()
    token = csrf_token(late.get(path).text)
    assert posted(client, path, "open").status_code == 303
    again = again_of(client, path).get(path)  # as somebody who reloads the page
    assert again.status_code == 200 and "Lake" not in again.text
    assert posted(client, path, "open").status_code == 303
    assert "Lake" in client.get(path).text and views_of(ann, path) == 1
    assert late.post(f"{path}/open", data={"csrf_token": token}).status_code == 410
    monkeypatch.setattr("services.share_links.ONE_VIEW", timedelta(0))
    assert again_of(client, path).get(path).status_code == 410
    assert client.post(f"{path}/open", data={"csrf_token": csrf_of(client)}).status_code == 410


def test_the_same_of_a_password(ann: Person) -> None:
    path = to_files(ann, ann.uploaded(title="Lake"), max_views=1, password="sesame")
    client = ann.app.test_client()
    for _ in range(2):
        assert (
            posted(again_of(client, path), path, "password", password="sesame").status_code == 303
        )
        assert "Lake" in client.get(path).text and views_of(ann, path) == 1
    wrong = posted(again_of(client, path), path, "password", password="wrong")
    assert wrong.status_code == 403 and "Lake" not in client.get(path).text


def test_its_owner_and_who_opens_it_read_the_same_of_what_counts(ann: Person) -> None:
    log_in(ann.client)
    image = ann.uploaded()
    path = to_files(ann, image, max_views=2)
    form = ann.client.get(f"/links/new?uploads={image['id_encoded']}").text
    for page in (form, ann.app.test_client().get(path).text):
        assert "Each browser that opens it counts once, and is let in for a day." in page


def test_clicks_at_once(ann: Person) -> None:
    """Of one browser they are one view; of as many as may come in, all come in, and no other."""
    path = to_files(ann, ann.uploaded(title="Lake"), max_views=4)
    before = ann.app.test_client()
    token, session = csrf_token(before.get(path).text), existing(before.get_cookie("session")).value

    def click(client: FlaskClient, csrf: str) -> int:
        return client.post(f"{path}/open", data={"csrf_token": csrf}).status_code

    def same(_number: int) -> int:
        client = ann.app.test_client()
        client.set_cookie("session", session)
        return click(client, token)

    clients = [ann.app.test_client() for _ in range(9)]
    tokens = [csrf_token(client.get(path).text) for client in clients]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(same, range(12))) == {303}
        assert views_of(ann, path) == 1
        answers = list(pool.map(click, clients, tokens))
    assert sorted(answers) == [303] * 3 + [410] * 6
    assert views_of(ann, path) == 4
    is_in = ["Lake" in client.get(path).text for client in clients]
    assert is_in == [answer == 303 for answer in answers]


@pytest.mark.parametrize(("zone", "text"), [
    ("", "Until 24 Dec 2026<"),
    ("Pacific/Auckland", "Until 24 Dec 2026<"),
    ("Pacific/Honolulu", "Until 25 Dec 2026, 10:00 UTC<"),
])  # fmt: skip
def test_it_ends_on_the_day_that_its_owner_chose(ann: Person, zone: str, text: str) -> None:
    """Which is said to the minute to who has another day then."""
    with ann.app.app_context():
        existing(User.by_name("ann")).time_zone = zone or None
        db.session.commit()
    ends = datetime(2026, 12, 25, tzinfo=ZoneInfo(zone or "UTC"))
    one, two = ann.uploaded(), ann.uploaded("alpha.png")
    for images in ([one], [one, two]):
        page = ann.app.test_client().get(to_files(ann, *images, expires_at=ends)).text
        assert re.findall(r"Until [^<]*<", page) == [text]


def test_a_number_of_views_begins_when_it_is_set(ann: Person) -> None:
    path = to_files(ann, ann.uploaded())
    for number in range(3):
        ann.app.test_client().get(path, headers={"User-Agent": f"Mozilla/5.0 Firefox/{number}"})
    assert views_of(ann, path) == 3
    ann.app.test_client().get(path, headers={"User-Agent": "Mozilla/5.0 Chrome/1"})
    change(ann, path, max_views=2)
    assert views_of(ann, path) == 0  # nor what was counted, but not written yet
    assert posted(ann.app.test_client(), path, "open").status_code == 303
    assert posted(ann.app.test_client(), path, "open").status_code == 303
    change(ann, path, max_views=1)
    log_in(ann.client)
    assert views_of(ann, path) == 2 and "Opened 2 times" in ann.client.get("/links").text


def csrf_of(client: FlaskClient) -> str:
    return csrf_token(client.get("/login").text)


def test_a_click_opens_nothing_that_a_password_opens(ann: Person) -> None:
    path = to_files(ann, ann.uploaded(title="Lake"), max_views=5, password="sesame")
    client = ann.app.test_client()
    answer = posted(client, path, "open")
    assert answer.status_code == 303 and "share=" not in str(answer.headers)
    assert "Lake" not in client.get(path).text and views_of(ann, path) == 0
    assert posted(client, path, "password", password="wrong").status_code == 403
    assert views_of(ann, path) == 0
    assert posted(client, path, "password", password="sesame").status_code == 303
    assert "Lake" in client.get(path).text and views_of(ann, path) == 1


def test_a_password_opens_nothing_that_has_none(ann: Person) -> None:
    path = to_files(ann, ann.uploaded(title="Lake"), max_views=5)
    client = ann.app.test_client()
    answer = posted(client, path, "password", password="")
    assert answer.status_code == 303 and "Lake" not in client.get(path).text
    assert views_of(ann, path) == 0


def test_ten_wrong_passwords_an_hour(ann: Person) -> None:
    path = to_files(ann, ann.uploaded(title="Lake"), password="sesame")
    other = to_files(ann, ann.uploaded("alpha.png"), password="sesame")
    client = ann.app.test_client()
    hour = timedelta(hours=1)
    assert (*PER_NETWORK, *PER_THING) == (Limit(10, hour), Limit(300, hour))
    for number in range(10):
        wrong = posted(client, path, "password", password=f"wrong {number}")
        assert wrong.status_code == 403 and 'aria-invalid="true"' in wrong.text
        if number == 5:  # a right one doesn't count
            right = posted(ann.app.test_client(), path, "password", password="sesame")
            assert right.status_code == 303
    refused = posted(client, path, "password", password="sesame")
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 3000
    assert "Lake" not in client.get(path).text
    assert posted(client, other, "password", password="sesame").status_code == 303
    elsewhere = ann.app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    assert posted(elsewhere, path, "password", password="sesame").status_code == 303


def test_what_it_asks_is_neutral(ann: Person) -> None:
    with ann.app.app_context():
        existing(User.by_name("ann")).display_name = "Gwendolen"
        db.session.commit()
    image = ann.uploaded(title="Lake", description="Rapunzel")
    for wishes in ({"password": "sesame"}, {"max_views": 3}, {"max_views": 0}):
        path = to_files(ann, image, title="Quarry", **wishes)
        answer = ann.app.test_client().get(path)
        for word in ("Lake", "Quarry", "Gwendolen", "Rapunzel", "/file/", "og:image", "1 file"):
            assert word not in answer.text, (wishes, word)
        assert "<title>Shared files – " in answer.text and 'content="noindex"' in answer.text
        assert 'property="og:title" content="Shared files"' in answer.text


# --- who counts


def test_people_are_counted_once_a_day(ann: Person) -> None:
    image = ann.uploaded()
    path = to_files(ann, image)
    client = ann.app.test_client()
    one = f"{path}/{called(ann, path, image)}"
    for headers in (
        {"User-Agent": "Mozilla/5.0 (compatible; Discordbot/2.0)"},
        {"User-Agent": "WhatsApp/2.23"},
        {**BROWSER, "Sec-Purpose": "prefetch;prerender"},
        {**BROWSER, "Purpose": "prefetch"},
        {**BROWSER, "Range": "bytes=0-99"},
        {"User-Agent": ""},
    ):
        client.get(path, headers=headers)
        client.get(one, headers=headers)
    client.head(path, headers=BROWSER)
    for which in FILES:
        client.get(f"{path}/file/{called(ann, path, image)}/{which}", headers=BROWSER)
    log_in(ann.client)
    ann.client.get(path, headers=BROWSER)
    assert views_of(ann, path) == 0
    for _ in range(3):
        client.get(path, headers=BROWSER)
        client.get(one, headers=BROWSER)
    assert views_of(ann, path) == 1
    client.get(path, headers={"User-Agent": "Mozilla/5.0 Chrome/140"})
    assert views_of(ann, path) == 2


def test_of_a_limited_link_only_clicks_count(ann: Person) -> None:
    path = to_files(ann, ann.uploaded(), max_views=9)
    client = ann.app.test_client()
    for headers in (BROWSER, {"User-Agent": "Slackbot"}, {**BROWSER, "Sec-Purpose": "prefetch"}):
        client.get(path, headers=headers)
        client.get(f"{path}/open", headers=headers)
        client.head(path, headers=headers)
    assert views_of(ann, path) == 0
    posted(client, path, "open")
    client.get(path, headers=BROWSER)
    assert views_of(ann, path) == 1


def test_the_owner_uses_no_view(ann: Person) -> None:
    path = to_files(ann, ann.uploaded(title="Lake"), max_views=1)
    log_in(ann.client)
    assert "Lake" in ann.client.get(path, headers=BROWSER).text
    token = csrf_token(ann.client.get("/settings").text)
    assert ann.client.post(f"{path}/open", data={"csrf_token": token}).status_code == 303
    assert views_of(ann, path) == 0


# --- link previews


def test_a_card(ann: Person) -> None:
    path, album = to_album(ann, title="Summer by the lake")
    image = ann.uploaded(album_id=album, visibility="private")
    ann.uploaded("alpha.png", album_id=album, nsfw="1")
    page = ann.app.test_client().get(path, headers={"User-Agent": "Twitterbot"}).text
    card = dict(
        re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)"', page)
    )
    assert card["og:title"] == card["twitter:title"] == "Summer by the lake"
    assert card["og:url"] == f"http://localhost{path}" and card["og:description"] == "2 files"
    assert card["og:image"] == f"http://localhost{path}/file/{called(ann, path, image)}/medium"
    assert card["twitter:card"] == "summary_large_image"
    picture = ann.app.test_client().get(path_of(card["og:image"]))
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert 'name="robots" content="noindex"' in page
    assert 'rel="canonical"' not in page


def test_no_card_of_what_is_not_safe_for_work(ann: Person) -> None:
    path = to_files(ann, ann.uploaded(nsfw="1"), ann.uploaded("alpha.png"))
    page = ann.app.test_client().get(path).text
    assert "og:image" not in page and 'name="twitter:card" content="summary"' in page


def test_texts_of_the_owner_are_escaped(ann: Person) -> None:
    evil = '"><script>alert(1)</script>'
    path = to_files(ann, ann.uploaded(title=evil), ann.uploaded("alpha.png"), title=evil)
    page = ann.app.test_client().get(path).text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_the_address_leaks_to_no_other_host(ann: Person) -> None:
    path = to_files(ann, ann.uploaded())
    answer = ann.app.test_client().get(path)
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-cache"
