"""The media page as others read it, and as its owner changes it."""

from __future__ import annotations

import errno
import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import micawber.exceptions
import micawber.providers
import pytest
import segno
from extruct import extract  # type: ignore[attr-defined]
from flask import Flask

from media.errors import StorageMissing
from media.storage.disk import DiskStorage
from models import DatabaseFault, Upload, Visitor, db
from tests.conftest import Person, csrf_token, log_in, make_person, path_of, sample, stored_files
from tests.media.make import film

BROWSER = {"User-Agent": "Mozilla/5.0 (X11) Firefox/140.0", "Accept": "text/html"}


# --- read by public libraries


def test_open_graph_and_json_ld_by_extruct(ann: Person) -> None:
    image = ann.uploaded(
        "plain.jpg",
        title='Tower & <"bridge">',
        description="Seen at </script> noon",
        alt_text="A tower at noon",
    )
    read = extract(
        ann.client.get(image["path_viewer"]).text,
        base_url="http://localhost",
        syntaxes=["opengraph", "json-ld"],
    )
    graph = dict(read["opengraph"][0]["properties"])
    assert graph["og:title"] == 'Tower & <"bridge">'
    assert (graph["og:image"], graph["og:image:width"], graph["og:image:alt"]) == (
        image["medium"]["url"],
        "750",
        "A tower at noon",
    )
    assert graph["og:url"] == image["url_viewer"]
    ld = read["json-ld"][0]
    assert (ld["@type"], ld["name"], ld["contentUrl"], ld["caption"]) == (
        "ImageObject",
        'Tower & <"bridge">',
        image["url"],
        "A tower at noon",
    )
    assert ld["description"] == "Seen at </script> noon"


def test_a_video_by_extruct(ann: Person) -> None:
    image = ann.uploaded("clip.mp4")
    read = extract(
        ann.client.get(image["path_viewer"]).text,
        base_url="http://localhost",
        syntaxes=["opengraph", "json-ld"],
    )
    graph = dict(read["opengraph"][0]["properties"])
    assert (graph["og:type"], graph["og:video"], graph["og:image"]) == (
        "video.other",
        image["url"],
        image["url_frame"],
    )
    assert (read["json-ld"][0]["@type"], read["json-ld"][0]["duration"]) == ("VideoObject", "PT12S")


class Consumer(micawber.providers.Provider):
    """micawber, fetching from the application instead of from the network."""

    def __init__(self, client: Any) -> None:
        super().__init__("http://localhost/oembed")  # type: ignore[no-untyped-call]
        self.client = client

    def fetch(self, url: str) -> str | bool:
        answer = self.client.get(path_of(url))
        return answer.text if answer.status_code == 200 else False


def test_oembed_by_micawber(ann: Person) -> None:
    photo, clip = ann.uploaded("plain.jpg", alt_text="Coffee"), ann.uploaded("clip.mp4")
    consumer: Any = Consumer(ann.client)
    found = consumer.request(photo["url_viewer"], maxwidth=800)
    assert (found["type"], found["url"], found["width"], found["height"], found["alt_text"]) == (
        "photo",
        photo["medium"]["url"],
        750,
        562,
        "Coffee",
    )
    assert consumer.request(photo["url_short"])["url"] == photo["url"]
    found = consumer.request(clip["url_viewer"], maxwidth=248)
    assert (found["type"], found["width"], found["height"]) == ("video", 248, 180) and clip[
        "url"
    ] in found["html"]
    for bad in (
        "http://localhost/image/nothing1",
        "http://elsewhere.example" + photo["path_viewer"],
    ):
        # it makes nothing of a 404
        with pytest.raises((micawber.exceptions.ProviderException, TypeError)):
            consumer.request(bad)


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        ({"maxwidth": 400}, (320, 320)),
        ({"maxheight": 600}, (750, 562)),
        ({"maxwidth": 100}, (100, 100)),
        ({}, (1600, 1200)),
    ],
)
def test_oembed_keeps_its_limits(
    limits: dict[str, int], size: tuple[int, int], ann: Person
) -> None:
    image = ann.uploaded("plain.jpg")
    found = ann.client.get(
        "/oembed?" + urlencode({"url": image["url_viewer"], **limits})
    ).get_json()
    assert (found["width"], found["height"]) == size


def test_oembed_is_discovered_and_refuses(ann: Person) -> None:
    image, hidden = ann.uploaded("plain.jpg"), ann.uploaded("plain.jpg", nsfw="1")
    link = re.search(
        r'type="application/json\+oembed" href="([^"]+)"', ann.client.get(image["path_viewer"]).text
    )
    assert link and ann.client.get(path_of(html.unescape(link[1]))).get_json()["version"] == "1.0"
    for query, status in (
        ({"url": hidden["url_viewer"]}, 404),
        ({}, 404),
        ({"url": "x" * 5000}, 404),
        ({"url": image["url_viewer"], "format": "xml"}, 501),
        ({"url": image["url_viewer"], "maxwidth": "-1"}, 400),
    ):
        assert ann.client.get("/oembed?" + urlencode(query)).status_code == status


# --- embed codes


def codes_of(page: str) -> dict[str, str]:
    found = re.findall(
        r'<label for="(code-\d-\d)">([^<]+)</label>.*?value="([^"]*)"', page, re.DOTALL
    )
    return {f"{n}/{label}": html.unescape(code) for n, label, code in found}


def test_embed_codes_of_a_picture(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="A *cup*", alt_text='Cup "of" <coffee>')
    codes = list(codes_of(ann.client.get(image["path_viewer"]).text).values())
    v, u, m, t = image["url_viewer"], image["url"], image["medium"]["url"], image["thumb"]["url"]
    alt, md = "Cup &quot;of&quot; &lt;coffee&gt;", 'Cup "of" \\<coffee\\>'
    assert codes == [
        v,
        u,
        m,
        t,
        f'<img src="{u}" alt="{alt}" width="1600" height="1200">',
        f'<a href="{v}"><img src="{u}" alt="{alt}" width="1600" height="1200"></a>',
        f'<a href="{v}"><img src="{m}" alt="{alt}" width="750" height="562"></a>',
        f'<a href="{v}"><img src="{t}" alt="{alt}" width="320" height="320"></a>',
        f"![{md}]({u})",
        f"[![{md}]({u})]({v})",
        f"[![{md}]({m})]({v})",
        f"[![{md}]({t})]({v})",
        f"[img]{u}[/img]",
        f"[url={v}][img]{u}[/img][/url]",
        f"[url={v}][img]{m}[/img][/url]",
        f"[url={v}][img]{t}[/img][/url]",
    ]


def test_embed_codes_of_a_video(ann: Person) -> None:
    image = ann.uploaded("clip.mp4")
    codes = list(codes_of(ann.client.get(image["path_viewer"]).text).values())
    v, u, f = image["url_viewer"], image["url"], image["url_frame"]
    assert f'<video src="{u}" poster="{f}" width="496" height="360" controls></video>' in codes
    assert (
        f"[video]{u}[/video]" in codes
        and f"[![clip]({f})]({v})" in codes
        and f"[clip]({u})" in codes
        and f in codes
    )


def test_the_qr_code_is_of_the_page(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    answer = ann.client.get(f"/qr/{image['id_encoded']}.svg")
    assert answer.mimetype == "image/svg+xml"
    expected = (
        segno.make(image["url_viewer"], error="m")
        .svg_inline(scale=6, border=3, light="#fff", dark="#000")
        .encode()
    )
    drawn = re.findall(rb' d="([^"]+)"', answer.data)
    assert drawn and drawn == re.findall(rb' d="([^"]+)"', expected)
    assert ann.client.get("/qr/nothing1.svg").status_code == 404


def test_the_camera_panel(ann: Person) -> None:
    text = ann.client.get(ann.uploaded("iphone-gps-8mp.jpg")["path_viewer"]).text
    for value in (
        "Apple iPhone 6",
        "iPhone 6 back camera 4.15mm f/2.2",
        "1/40 s",
        "f/2.2",
        "<dd>32</dd>",
        "4.15 mm",
        "2015-04-10 20:12",
    ):
        assert value in text, value


# --- NSFW, views


def test_nsfw_is_veiled(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", nsfw="1")
    page = ann.client.get(image["path_viewer"]).text
    assert 'class="unveil' in page and "application/ld+json" not in page and "oembed" not in page
    log_in(ann.client)
    assert 'class="veiled"' in ann.client.get("/explore").text


def test_views_are_counted_once_a_visitor(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    app, path = ann.app, image["path_viewer"]
    site = app.extensions["keepsake"]

    def views() -> int:
        return int(re.search(r"<dt>Views</dt><dd>(\d+)", app.test_client().get(path).text)[1])  # type: ignore[index]

    def look(agent: str, address: str = "1.2.3.4", **headers: str) -> None:
        app.test_client().get(
            path, headers={"User-Agent": agent, **headers}, environ_base={"REMOTE_ADDR": address}
        )

    assert views() == 1  # the test client is a visitor, too
    for _ in range(3):
        look("Firefox")
    look("Chrome")
    look("Firefox", "5.6.7.8")
    assert views() == 4
    look("Twitterbot/1.0")
    look("Firefox", "9.9.9.9", **{"Sec-Purpose": "prefetch"})
    app.test_client().head(path, headers={"User-Agent": "Other"})
    log_in(ann.client)
    ann.client.get(path, headers={"User-Agent": "Owner"})
    assert views() == 4
    with app.app_context():
        assert db.session.get_one(Upload, 1).views == 0  # no write to the database per look
        site.views.flush()
        db.session.expire_all()
        assert db.session.get_one(Upload, 1).views == 4
    look("Firefox")
    assert views() == 4
    tomorrow = site.views.today() + timedelta(days=1)
    # the next day: the salt is forgotten, and everybody is new
    site.views.today = lambda: tomorrow
    look("Firefox")
    assert views() in (5, 6)


# --- the owner's


def edit(person: Person, image: dict[str, Any], **fields: str) -> Any:
    page = person.client.get("/settings/api").text
    return person.client.post(
        f"/manage/{image['id_encoded']}/edit", data={"csrf_token": csrf_token(page), **fields}
    )


def test_editing(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", tags="old")
    log_in(ann.client)
    answer = edit(
        ann,
        image,
        title="New <name>",
        description="d",
        alt_text="a cup",
        tags="one, two",
        nsfw="1",
        expiration="keep",
    )
    assert answer.headers["Location"] == f"/image/New-%3Cname%3E.{image['id_encoded']}"
    page = ann.client.get(answer.headers["Location"]).text
    assert (
        "New &lt;name&gt;" in page
        and "one" in page
        and "a cup" in page
        and ">old<" not in page
        and "unveil" in page
    )


def test_expiration_moves_the_files_and_back(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    log_in(ann.client)
    edit(ann, image, title="x", expiration="P1D")
    assert all(path.startswith("private/") for path in stored_files(ann.app))
    assert "no-cache" in ann.app.test_client().get(path_of(image["url"])).headers["Cache-Control"]
    edit(ann, image, title="x", expiration="")
    assert all(path.startswith("public/") for path in stored_files(ann.app))
    assert ann.app.test_client().get(path_of(image["url"])).data == sample("plain.jpg").read_bytes()


def test_a_crash_between_moving_and_saying_so(ann: Person) -> None:
    from services import upkeep
    from services.jobs import limits

    image = ann.uploaded("plain.jpg")
    site = ann.app.extensions["keepsake"]
    with ann.app.app_context():
        upload = Upload.find(image["id_encoded"], Visitor.GUEST)
        assert upload
        site.storage.move(upload.files, "public", "private")  # and here the power fails
        limits.GRACE_SECONDS, grace = -1.0, limits.GRACE_SECONDS
        try:
            upkeep.upkeep(site)
        finally:
            limits.GRACE_SECONDS = grace
    assert ann.client.get(path_of(image["url"])).status_code == 200


def test_only_the_owner_manages(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    bob, boss = make_person(ann.app, "bob"), make_person(ann.app, "boss", admin=True)
    page = ann.app.test_client().get(image["path_viewer"]).text
    assert "/manage/" not in page.replace("/manage/ID/", "")
    log_in(bob.client, "bob")
    token = csrf_token(bob.client.get("/settings/api").text)
    before = stored_files(ann.app)
    log_in(ann.client)
    for action in ("edit", "delete", "delete-link"):
        path = f"/manage/{image['id_encoded']}/{action}"
        assert (
            bob.client.post(path, data={"csrf_token": token, "title": "stolen"}).status_code == 404
        )
        assert ann.app.test_client().post(path).status_code == 400  # no token of a session
        assert ann.client.post(path, data={"title": "forged"}).status_code == 400
    assert stored_files(ann.app) == before
    log_in(boss.client, "boss")
    assert edit(boss, image, title="By the admin").status_code == 303


def test_deleting_and_a_new_delete_link(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    log_in(ann.client)
    token = csrf_token(ann.client.get("/settings/api").text)
    made = ann.client.post(f"/manage/{image['id_encoded']}/delete-link", data={"csrf_token": token})
    assert (made.status_code, made.headers["Location"]) == (303, image["path_viewer"])
    other = ann.uploaded("alpha.png")["path_viewer"]
    assert "delete-link" not in re.findall(r'id="([^"]+)"', ann.client.get(other).text)
    ann.client.head(image["path_viewer"])
    answer = ann.client.get(image["path_viewer"])
    fresh = re.search(r'id="delete-link" readonly value="([^"]+)"', answer.text)
    assert (
        fresh and fresh[1] != image["delete_url"] and "no-store" in answer.headers["Cache-Control"]
    )
    again = ann.client.get(image["path_viewer"])  # shown once
    assert again.status_code == 200 and path_of(fresh[1]) not in again.text
    stranger = ann.app.test_client()
    assert stranger.delete(path_of(image["delete_url"])).status_code == 404
    assert stranger.get(path_of(fresh[1]), headers=BROWSER).status_code == 200
    assert (
        ann.client.post(
            f"/manage/{image['id_encoded']}/delete", data={"csrf_token": token}
        ).status_code
        == 303
    )
    assert not any("plain" in path for path in stored_files(ann.app))


def test_dialogs_are_pages_too(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="Cup")
    edit_path, delete_path = (
        f"/manage/{image['id_encoded']}/{name}" for name in ("edit", "delete")
    )
    code_path = f"/qr/{image['id_encoded']}"
    log_in(ann.client)
    shown = ann.client.get(image["path_viewer"]).text
    assert all(f'href="{path}"' in shown for path in (edit_path, delete_path, code_path))
    assert "QR code of" in ann.app.test_client().get(code_path).text
    form = ann.client.get(edit_path).text
    assert 'value="Cup"' in form
    sent = {"csrf_token": csrf_token(form), "title": "Mug"}
    assert ann.client.post(edit_path, data=sent).status_code == 303
    question = ann.client.get(delete_path).text
    assert "Delete permanently?" in question and stored_files(ann.app) != []
    sent = {"csrf_token": csrf_token(question)}
    assert ann.client.post(delete_path, data=sent).status_code == 303
    assert stored_files(ann.app) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, None),
        ({"visibility": "private"}, "Private: only you and admins can open it"),
        ({"visibility": "members"}, "Members only: people with an account can open it"),
        ({"expiration": "P1D"}, "Expires"),
    ],
)
def test_one_line_says_who_and_until_when(
    fields: dict[str, str], said: str | None, ann: Person
) -> None:
    image = ann.uploaded("plain.jpg", **fields)
    log_in(ann.client)
    line = re.search(
        r'<p class="states">(.*?)</p>', ann.client.get(image["path_viewer"]).text, re.DOTALL
    )
    words = " ".join(re.sub("<[^>]+>", " ", line[1]).split()) if line else None
    assert (words or "").startswith(said or "") and (words is None) == (said is None)


# --- listings


def test_explore_and_search(ann: Person, make_app: Callable[..., Flask]) -> None:
    ann.uploaded("plain.jpg", title="Évora bridge", tags="Sea,Sky")
    ann.uploaded("alpha.png", title="Other", description="under the bridge")
    ann.uploaded("pixel.png", title="Soon gone bridge", expiration="PT5M")
    assert ann.client.get("/explore").headers["Location"].startswith("/login")
    assert ann.client.get("/search?q=bridge").status_code == 302
    log_in(ann.client)
    page = ann.client.get("/explore").text
    assert "bridge" in page and "Other" in page and "Soon gone" in page  # her own
    for query, hits in (
        ("evora", 1),
        ("bridge", 3),
        ("brid", 3),
        ("sky", 1),
        ("SEA brid", 1),
        ("nothing", 0),
        ('"*) OR 1=1 --', 0),
        ("NEAR(", 0),
        ("-", 0),
    ):
        text = ann.client.get("/search", query_string={"q": query}).text
        assert text.count('<li class="p') == hits, query
    assert ann.client.get("/tag/sea").text.count('<li class="p') == 1
    ann.client.post(
        f"/manage/{Upload_id(ann)}/edit",
        data={"csrf_token": csrf_token(ann.client.get("/settings/api").text), "title": "Renamed"},
    )
    assert ann.client.get("/search?q=renamed").text.count('<li class="p') == 1
    assert ann.client.get("/search?q=evora").text.count('<li class="p') == 0
    everyone = make_app(EXPLORE="everyone").test_client()
    assert everyone.get("/explore").status_code == 200


def Upload_id(ann: Person) -> str:
    with ann.app.app_context():
        return db.session.get_one(Upload, 1).public_id


def test_listings_show_nothing_private(ann: Person) -> None:
    from tests.blueprints.test_files import private

    bob = make_person(ann.app, "bob")
    image = ann.uploaded("plain.jpg", title="Secret tower", tags="hidden")
    private(ann.app, image, visibility="private")
    log_in(ann.client)
    log_in(bob.client, "bob")
    for path in ("/explore", "/search?q=secret", "/tag/hidden"):
        assert image["id_encoded"] in ann.client.get(path).text
        assert (
            image["id_encoded"] not in bob.client.get(path).text
            and "Secret tower" not in bob.client.get(path).text
        )


def test_listings_go_on(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from blueprints import gallery

    for n in range(3):
        ann.uploaded("pixel.png", title=f"n{n}")
    monkeypatch.setattr(gallery, "PAGE", 2)
    log_in(ann.client)
    page = ann.client.get("/explore").text
    assert ">n2<" in page and ">n1<" in page and ">n0<" not in page
    older = re.search(r'href="\?before=([\d-]+)"', page)
    assert older
    page = ann.client.get(f"/explore?before={older[1]}").text
    assert ">n0<" in page and ">n1<" not in page and "Older" not in page


# --- the page's own upload


def test_the_scripts_answer(ann: Person) -> None:
    log_in(ann.client)
    token = csrf_token(ann.client.get("/").text)
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    import hashlib

    sent = sample("gps-nikon.jpg")
    answer = ann.client.post(
        "/upload",
        data={"source": sent.open("rb"), "title": "t", "alt_text": "alt"},
        headers=headers,
    )
    document = answer.get_json()
    assert document["sha256"] == hashlib.sha256(sent.read_bytes()).hexdigest()
    assert {"location", "maker notes", "embedded thumbnail"} <= set(document["report"]["removed"])
    assert set(document["report"]["kept"]) == {"camera", "date"} and document["can_edit"]
    assert list(document["codes"]) == ["Links", "HTML", "Markdown", "BBCode"]
    bad = ann.client.post(
        "/upload", data={"source": sample("text-as.jpg").open("rb")}, headers=headers
    )
    assert (bad.status_code, bad.get_json()["error"]["code"]) == (400, 610)
    forged = ann.client.post(
        "/upload",
        data={"source": sent.open("rb")},
        headers={"Accept": "application/json", "X-CSRFToken": "x"},
    )
    assert forged.status_code == 403
    out = ann.app.test_client().post(
        "/upload", data={"source": sent.open("rb")}, headers={"Accept": "application/json"}
    )
    assert out.status_code == 403 and json.loads(out.text)["error"]["message"] == "Please log in."


def test_a_form_of_several_files(ann: Person) -> None:
    log_in(ann.client)
    token = csrf_token(ann.client.get("/").text)
    files = [sample(name).open("rb") for name in ("plain.jpg", "text-as.jpg", "alpha.png")]
    answer = ann.client.post(
        "/upload", data={"csrf_token": token, "source": files, "tags": "batch"}
    )
    assert answer.status_code == 200 and answer.text.count("/delete/") == 2
    assert "text-as.jpg" in answer.text and "Can&#39;t get target upload source info" in answer.text
    assert len(stored_files(ann.app)) == 5


def test_a_fault_of_the_machine_is_one_file_s_alone(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the disk or the database fails under one of several files, the others are kept,
    and their links shown.
    """
    log_in(ann.client)
    token = csrf_token(ann.client.get("/").text)
    publish = DiskStorage.publish
    faults = iter(
        [
            None,
            OSError(errno.EIO, "Input/output error"),
            None,
            DatabaseFault("database is locked"),
            None,
        ]
    )

    def publish_or_fail(*args: Any) -> None:
        if fault := next(faults):
            raise fault
        publish(*args)

    monkeypatch.setattr(DiskStorage, "publish", publish_or_fail)
    files = [
        sample(name).open("rb")
        for name in ("plain.jpg", "still.webp", "alpha.png", "pixel.png", "gps-nikon.jpg")
    ]
    answer = ann.client.post("/upload", data={"csrf_token": token, "source": files})
    assert answer.status_code == 200 and answer.text.count("/delete/") == 3
    assert (
        StorageMissing.message in answer.text
        and "still.webp" in answer.text
        and "pixel.png" in answer.text
    )
    assert {path.rpartition("/")[2].partition(".")[0] for path in stored_files(ann.app)} == {
        "plain",
        "alpha",
        "gps-nikon",
    }


def test_the_report_of_a_video(ann: Person, tmp_path: Any) -> None:
    path = film(tmp_path / "a.mov", frames=5, metadata={"location": "+52.5200+013.4050/"})
    ann.uploaded(path)
    with ann.app.app_context():
        assert (db.session.get_one(Upload, 1).removed, db.session.get_one(Upload, 1).kept) == (
            "place",
            "",
        )


def test_error_pages_have_a_request_id(ann: Person) -> None:
    page = ann.client.get("/nowhere").text
    assert re.search(r"Request <code>[0-9a-f]{8}</code>", page)
