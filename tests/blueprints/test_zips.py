"""All files of an album, or under a share link, as one ZIP: what is in it, under which names, for
whom, and what ends it.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from blueprints.documents.wire import size_formatted
from blueprints.http.share_address import share_token
from models import Album, Download, ShareLink, Upload, User, db
from models.zipped import ZipSource
from services import downloads
from services.downloads import zip_of
from services.errors import Busy
from services.share_links import LinkWishes, change_link, revoke_link, share_album, share_files
from services.site import Site
from tests.conftest import SAMPLES, Person, existing, log_in, make_person
from tests.shares import name_under

NAMES = ("iphone-gps-8mp.jpg", "clip.webm", "animated.gif", "pixel.png")
REFUSED = {"truncated.jpg", "empty.jpg", "text-as.jpg", "polyglot.gif", "script.svg"}
REFUSED |= {"bomb-900mp.png", "README.md", "example-response.json"}
MOVING = {"animated.gif", "animated.png", "animated.webp"}
MOVING |= {"clip.mp4", "clip.webm", "phone-rotated-gps.mov"}


@pytest.fixture
def ann(app: Flask) -> Person:
    return make_person(app)


@pytest.fixture
def album(ann: Person) -> Iterator[Album]:
    with ann.app.test_request_context():
        made = Album.create(existing(User.by_name("ann")), "Rome")
        made.visibility = "unlisted"
        db.session.commit()
        yield made


def fill(ann: Person, album: Album, **fields: str) -> list[dict[str, Any]]:
    return [ann.uploaded(name, album_id=album.public_id, **fields) for name in NAMES]


def link_to(album: Album, **wishes: Any) -> str:
    """Its address."""
    link = share_album(album.user, album, share_token, LinkWishes(**wishes))  # type: ignore[typeddict-item]
    return f"/s/{share_token(link.public_id)}"


def unzipped(answer: Any) -> zipfile.ZipFile:
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    data = answer.get_data()
    assert answer.headers["Content-Length"] == str(len(data))
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def stored(app: Flask, column: str = "size") -> dict[str, bytes]:
    """The bytes of each file that is shown, by its title."""
    data = app.extensions["keepsake"].config.data
    return {
        str(one.title): (data / one.root / one.files[0]).read_bytes()
        for one in db.session.scalars(db.select(Upload))
    }


def test_every_file_as_it_is_shown(ann: Person, album: Album, tmp_path: Path) -> None:
    fill(ann, album)
    wanted = stored(ann.app)
    for path in (f"/album/{album.public_id}/zip", f"{link_to(album)}/zip"):
        answer = ann.app.test_client().get(path)
        archive = unzipped(answer)
        assert {
            name.rpartition(".")[0]: archive.read(name) for name in archive.namelist()
        } == wanted
        assert answer.headers["Accept-Ranges"] == "none"
        assert "Rome.zip" in answer.headers["Content-Disposition"]
        (tmp_path / "all.zip").write_bytes(answer.get_data())
        for program in (["unzip", "-tqq"], ["7z", "t"]):
            if shutil.which(program[0]):
                subprocess.run([*program, tmp_path / "all.zip"], check=True, capture_output=True)


def test_the_whole_is_the_answer_to_a_part_and_its_length_that_to_a_head(
    ann: Person, album: Album
) -> None:
    fill(ann, album)
    client, path = ann.app.test_client(), f"/album/{album.public_id}/zip"
    whole = client.get(path).get_data()
    assert client.get(path, headers={"Range": "bytes=10-20"}).get_data() == whole
    head = client.head(path)
    assert head.headers["Content-Length"] == str(len(whole)) and not head.get_data()


def test_dates_are_those_of_the_photos(ann: Person, album: Album) -> None:
    fill(ann, album)
    (photo,) = (one for one in album_rows() if one.title == "iphone gps 8mp")
    photo.taken_at = datetime(2008, 5, 30, 15, 56, 1, tzinfo=UTC)
    old = next(one for one in album_rows() if one.title == "pixel")
    old.taken_at = datetime(1931, 1, 1, tzinfo=UTC)  # ZIPs begin in 1980
    db.session.commit()
    archive = unzipped(ann.app.test_client().get(f"/album/{album.public_id}/zip"))
    dates = {info.filename: info.date_time for info in archive.infolist()}
    assert dates["iphone gps 8mp.jpg"] == (2008, 5, 30, 15, 56, 0)  # in steps of two seconds
    assert dates["pixel.png"] == (1980, 1, 1, 0, 0, 0)


def album_rows() -> list[Upload]:
    return list(db.session.scalars(db.select(Upload)))


def test_names_are_titles_each_once_and_never_tell_an_address(ann: Person, album: Album) -> None:
    titles = ("Sea", "sea", "a/../../b", "CON", "\u05e9\u05dc\u05d5\u05dd", "", "..", "x" * 100)
    for _ in titles:
        ann.uploaded("pixel.png", album_id=album.public_id)
    rows = album_rows()
    for row, title in zip(rows, titles, strict=True):
        row.title = title or None
        row.taken_at = datetime(2026, 8, 14, 18, 3, 22, tzinfo=UTC)
    db.session.commit()
    archive = unzipped(ann.app.test_client().get(f"/album/{album.public_id}/zip"))
    names = archive.namelist()
    assert set(names) == {
        "Sea.png", "sea (2).png", "a_.._.._b.png", "_CON.png", "\u05e9\u05dc\u05d5\u05dd.png",
        "2026-08-14 18.03.22.png", "2026-08-14 18.03.22 (2).png", "x" * 100 + ".png",
    }  # fmt: skip
    assert not any(row.name in name for row in rows for name in names if len(row.name) > 1)


def test_previews_where_the_link_gives_no_more(ann: Person, album: Album) -> None:
    fill(ann, album)
    (photo,) = (one for one in album_rows() if one.title == "iphone gps 8mp")
    address = link_to(album, download=Download.PREVIEW)
    archive = unzipped(ann.app.test_client().get(f"{address}/zip"))
    sizes = {info.filename: info.file_size for info in archive.infolist()}
    assert sizes["iphone gps 8mp.jpg"] == photo.medium_size
    assert set(sizes) == {"iphone gps 8mp.jpg", "pixel.png"}  # nothing of what moves
    whole = unzipped(ann.app.test_client().get(f"/album/{album.public_id}/zip"))
    assert sizes["iphone gps 8mp.jpg"] < whole.getinfo("iphone gps 8mp.jpg").file_size


def test_one_rule_says_what_may_be_kept(ann: Person, album: Album) -> None:
    """Of every sample, at every level: what one file's download gives is what the ZIP holds and its
    button says.
    """
    names = {path.name for path in SAMPLES.iterdir() if path.is_file()} - REFUSED
    for name in sorted(names):
        ann.uploaded(name, title=name, album_id=album.public_id)
    ids = {str(row.title): row.public_id for row in album_rows()}
    kept = {Download.FILE: names, Download.PREVIEW: names - MOVING, Download.NONE: set[str]()}
    for level, titles in kept.items():
        link, client = link_to(album, download=level), ann.app.test_client()
        one_by_one = {title: kept_alone(ann, link, ids[title]) for title in names}
        given = {title: data for title, data in one_by_one.items() if data}
        assert set(given) == titles
        page, answer = client.get(link).text, client.get(f"{link}/zip")
        assert (f"{link}/zip" in page) == bool(titles) == (answer.status_code == 200)
        if titles:
            archive = unzipped(answer)
            files = {name.rpartition(".")[0]: archive.read(name) for name in archive.namelist()}
            assert files == given
            few = "all" if titles == names else f"previews of {len(titles)} of"
            size = size_formatted(sum(map(len, given.values())))
            assert f"Download {few} {len(names)} files ({size})" in page


def kept_alone(ann: Person, link: str, public_id: str) -> bytes | None:
    """What the button on a file's page downloads; without one, no file of it is given."""
    client = ann.app.test_client()
    name = name_under(ann.app, link.removeprefix("/s/"), public_id)
    offered = re.search(r'download href="([^"]+)"', client.get(f"{link}/{name}").text)
    if offered:
        return client.get(offered[1]).get_data()
    for which in ("file", "medium", "thumb", "preview", "tile", "frame"):
        assert client.get(f"{link}/file/{name}/{which}?download=1").status_code == 404
    return None


def test_no_way_to_a_zip_of_nothing(ann: Person, album: Album) -> None:
    ann.uploaded("animated.gif", album_id=album.public_id)
    ann.uploaded("clip.mp4", album_id=album.public_id)
    link, client = link_to(album, download=Download.PREVIEW), ann.app.test_client()
    assert client.get(f"{link}/zip").status_code == 404
    assert "/zip" not in client.get(link).text


def test_none_where_the_link_gives_none(ann: Person, album: Album) -> None:
    fill(ann, album)
    answer = ann.app.test_client().get(f"{link_to(album, download=Download.NONE)}/zip")
    assert answer.status_code == 404 and answer.mimetype == "text/html"
    assert "Rome" not in answer.text


def test_chosen_files_alone(ann: Person, album: Album) -> None:
    images = fill(ann, album)
    ids = [images[3]["id_encoded"], images[0]["id_encoded"]]
    link = share_files(album.user, ids, share_token, LinkWishes())
    archive = unzipped(ann.app.test_client().get(f"/s/{share_token(link.public_id)}/zip"))
    assert archive.namelist() == ["pixel.png", "iphone gps 8mp.jpg"]


def test_what_asks_first_asks_here_too(ann: Person, album: Album) -> None:
    fill(ann, album)
    for wishes in ({"password": "open sesame"}, {"max_views": 3}):
        answer = ann.app.test_client().get(f"{link_to(album, **wishes)}/zip")
        assert answer.mimetype == "text/html" and "Rome" not in answer.text
    assert [one.views for one in db.session.scalars(db.select(ShareLink))] == [0, 0]


def test_nothing_to_download(ann: Person, album: Album) -> None:
    assert ann.app.test_client().get(f"/album/{album.public_id}/zip").status_code == 404


def test_more_than_a_zip_takes(ann: Person, album: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(ann, album)
    monkeypatch.setattr(downloads, "MOST_FILES", 3)
    client = ann.app.test_client()
    assert client.get(f"/album/{album.public_id}/zip").status_code == 400
    assert client.head(f"/album/{album.public_id}/zip").status_code == 400


def download_of(ann: Person, link: ShareLink) -> downloads.Download:
    source = ZipSource.of_link(link)
    site: Site = ann.app.extensions["keepsake"]
    return downloads.Download(source, "link 1", "here", None, site.settings.zone)


def ends(ann: Person, album: Album, act: Any) -> bool:
    """Whether a download that has begun ends at the next file, once ``act`` is done."""
    fill(ann, album)
    link = share_album(album.user, album, share_token, LinkWishes())
    site: Site = ann.app.extensions["keepsake"]
    with zip_of(site, download_of(ann, link)) as file:
        assert len(file.read(100)) == 100  # the first file is open
        act(link)
        try:
            while file.read(1_000_000):
                pass
        except OSError:
            return True
        return False


def test_what_ends_a_download_on_its_way(ann: Person, album: Album) -> None:
    assert not ends(ann, album, lambda link: None)


def test_the_end_of_its_link_ends_it(ann: Person, album: Album) -> None:
    assert ends(ann, album, revoke_link)


@pytest.mark.parametrize(
    "wishes", [{"password": "another one"}, {"download": Download.NONE}, {"title": "Sea"}]
)
def test_another_password_or_level_ends_it(
    ann: Person, album: Album, wishes: dict[str, Any]
) -> None:
    """Another title doesn't."""
    assert ends(ann, album, lambda link: change_link(link, wishes)) != ("title" in wishes)  # type: ignore[arg-type]


def test_a_file_that_is_taken_out_ends_it(ann: Person, album: Album) -> None:
    assert ends(ann, album, lambda link: take_out(album, "pixel"))


def take_out(album: Album, title: str) -> None:
    row = db.session.scalars(db.select(Upload).where(Upload.title == title)).one()
    db.session.execute(db.text("DELETE FROM album_upload WHERE upload_id = :id"), {"id": row.id})
    db.session.commit()


def test_a_file_that_a_moderator_hides_ends_it(ann: Person, album: Album) -> None:
    def hide(link: ShareLink) -> None:
        row = db.session.scalars(db.select(Upload).where(Upload.title == "pixel")).one()
        row.hide()
        db.session.commit()

    assert ends(ann, album, hide)


def test_what_the_way_to_it_says(
    ann: Person, album: Album, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, client = f"/album/{album.public_id}", ann.app.test_client()
    assert f"{page}/zip" not in client.get(page, follow_redirects=True).text
    fill(ann, album)
    db.session.expire_all()  # requests share this session
    rows = album_rows()
    whole = size_formatted(sum(row.size for row in rows))
    text = client.get(page, follow_redirects=True).text
    assert f"Download all 4 files ({whole})" in text and f".{album.public_id}/zip" in text
    link, previews = link_to(album), link_to(album, download=Download.PREVIEW)
    assert f"Download all 4 files ({whole})" in client.get(link).text
    answer = client.get(f"{previews}/zip")
    parts = [info.file_size for info in unzipped(answer).infolist()]
    count, size = len(parts), size_formatted(sum(parts))
    assert 0 < count < 4  # what moves has none
    label = f"Download previews of {count} of 4 files ({size})"
    assert label in client.get(previews).text
    for row in album_rows():
        if row.is_video or row.is_animated:
            row.delete_row()
    db.session.commit()
    assert f"Download all {count} previews ({size})" in client.get(previews).text
    none = client.get(link_to(album, download=Download.NONE)).text
    assert "Download all" not in none and "/zip" not in none and "/frame" in none
    monkeypatch.setattr("models.album_contents.MOST_SUMMED", 1)
    assert "Download all files" in client.get(page, follow_redirects=True).text


def test_few_at_once_of_a_network_a_link_and_the_site(ann: Person, album: Album) -> None:
    fill(ann, album)
    path = f"/album/{album.public_id}/zip"

    def asked(number: int, method: str = "GET") -> Any:
        environ = {"REMOTE_ADDR": f"198.51.100.{number}"}
        client = ann.app.test_client()
        return client.open(path, method=method, environ_overrides=environ)

    begun = [asked(1) for _ in range(downloads.OF_NETWORK)]
    assert {answer.status_code for answer in begun} == {200}
    refused = asked(1)
    assert refused.status_code == asked(1, "HEAD").status_code == 503
    assert int(refused.headers["Retry-After"]) > 0 and refused.mimetype == "text/html"
    assert asked(2, "HEAD").status_code == 200  # whose place is free again
    several = [asked(2) for _ in range(downloads.OF_ONE - downloads.LAST - downloads.OF_NETWORK)]
    begun += several
    assert {answer.status_code for answer in several} == {200}
    assert asked(2).status_code == 503  # the last ones are for who has none
    begun += [asked(10 + n) for n in range(downloads.LAST)]
    assert {answer.status_code for answer in begun} == {200}
    assert asked(3).status_code == 503  # of this album; the site has places left
    log_in(ann.client, "ann")
    own = [ann.client.get(path) for _ in range(downloads.OF_MEMBER)]
    assert {answer.status_code for answer in own} == {200}
    assert ann.client.get(path).status_code == 503
    for answer in (*begun, *own):
        answer.close()
    assert asked(1).status_code == ann.client.get(path).status_code == 200


def test_four_networks_of_guests_leave_places(ann: Person, album: Album) -> None:
    """Whatever they ask for, and however slowly they read: others get one, and members theirs."""
    fill(ann, album)
    with contextlib.ExitStack() as held:

        def places(network: str, member: int | None = None) -> int:
            count = 0
            for _ in range(20):
                source = ZipSource.of_link(link)
                wish = downloads.Download(source, f"link {count}", network, member, UTC)
                with contextlib.suppress(Busy):
                    held.enter_context(zip_of(site, wish))
                    count += 1
            return count

        link = share_album(album.user, album, share_token, LinkWishes())
        site: Site = ann.app.extensions["keepsake"]
        assert [places(f"network {n}") for n in range(4)] == [4, 4, 1, 1]
        assert places("another") == 1
        assert places("anywhere", member=1) == downloads.OF_MEMBER
