"""Another file behind the page of an upload: replaced, rolled back, rotated."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageChops, ImageStat

from media.errors import CannotRotate, UploadError
from media.intake.spool import Spool
from media.pixels.derive import derive
from models import Album, Change, Space, Tally, Upload, User, Visibility, db
from models.upload.shelf import VERSION
from services import remove as remove_service
from services import review, versions
from services import rotate as rotating
from services.acts.files import Noted
from services.change import change
from services.changes import begin, undo, work_a_while
from services.errors import Busy, NoSuchVersion, OtherKind, QuotaReached, SameFile
from services.ingest import process
from services.intake import UploadRequest
from services.place import reserve_all
from services.remove import remove
from services.rotate import rotate
from services.site import Site
from services.versions import delete_version, replace, roll_back
from tests.conftest import Person, existing, log_in, make_person, path_of, sample, stored_files


def of(app: Flask) -> Site:
    site: Site = app.extensions["keepsake"]
    return site


def ann_of() -> User:
    return existing(User.by_name("ann"))


def row_of(image: dict[str, Any]) -> Upload:
    return existing(Upload.find_any(image["id_encoded"]))


def request(app: Flask, name: str | bytes, filename: str = "") -> UploadRequest:
    data = name if isinstance(name, bytes) else sample(name).read_bytes()
    filename = filename or (name if isinstance(name, str) else "file.jpg")
    spool = Spool(of(app).storage.temp.path, 100_000_000, filename)
    spool.write(data)
    return UploadRequest(source=spool.finish(), user=ann_of())


def replaced(app: Flask, image: dict[str, Any], name: str | bytes) -> Upload:
    return replace(of(app), row_of(image), request(app, name))


def files_of(app: Flask, upload: Upload) -> dict[str, bytes]:
    data = of(app).config.data
    return {path: (data / root / path).read_bytes() for path, root in upload.places.items()}


def is_tidy(app: Flask) -> bool:
    """Every file has a row, and lies where that says."""
    known = {
        f"{root}/{path}"
        for upload in db.session.scalars(db.select(Upload))
        for path, root in upload.places.items()
    }
    return set(stored_files(app)) == known


def test_the_page_stays_and_the_file_is_another(app: Flask, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="Sea", tags="sun")
    with app.test_request_context():
        upload = row_of(image)
        row, views, checksum = upload.id, upload.views, upload.checksum
        before, old = files_of(app, upload), upload.files
        version = replaced(app, image, "screenshot.png")
        upload = row_of(image)
        assert (upload.id, upload.title, upload.views) == (row, "Sea", views)
        assert [tag.name for tag in upload.tags] == ["sun"]
        assert (upload.format, upload.extension, upload.root) == ("png", "png", "public")
        assert not set(old) & set(upload.files)
        assert [one.id for one in Upload.versions_of(row)] == [version.id]
        assert (version.checksum, version.root, version.format) == (checksum, "private", "jpg")
        assert files_of(app, version) == before
        assert is_tidy(app)
        assert Tally.away(ann_of().id, VERSION)[0] == 1
        assert Space.of(ann_of().id).own == upload.kept_bytes + version.kept_bytes
    for client in (app.test_client(), ann.client):
        assert client.get(path_of(image["url_viewer"])).status_code == 200


def test_the_original_is_that_of_the_new_file(app: Flask, ann: Person) -> None:
    """What was blanked in one file is never laid over another."""
    log_in(ann.client)
    image = ann.uploaded("gps-nikon.jpg")
    original = f"/original/{image['id_encoded']}"
    with app.test_request_context():
        replaced(app, image, "canon-40d.jpg")
    assert ann.client.get(original).data == sample("canon-40d.jpg").read_bytes()
    with app.test_request_context():
        upload = row_of(image)
        (version,) = Upload.versions_of(upload.id)
        roll_back(of(app), upload, version)
    assert ann.client.get(original).data == sample("gps-nikon.jpg").read_bytes()
    with app.test_request_context():
        replaced(app, image, "still.bmp")
    assert ann.client.get(original).data == sample("still.bmp").read_bytes()


def test_rolled_back_it_has_its_old_addresses(app: Flask, ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    path = path_of(image["url"])
    with app.test_request_context():
        replaced(app, image, "screenshot.png")
        upload = row_of(image)
        newer = upload.files[0]
        (version,) = Upload.versions_of(upload.id)
        roll_back(of(app), upload, version)
        assert upload.files[0] == path.removeprefix("/")
        assert (upload.root, version.root) == ("public", "private")
        assert version.files[0] == newer
        assert is_tidy(app)
        with pytest.raises(NoSuchVersion):
            roll_back(of(app), upload, upload)
        assert is_tidy(app)
    assert app.test_client().get(path).data == sample("plain.jpg").read_bytes()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("plain.jpg", SameFile),
        ("clip.mp4", OtherKind),
        ("truncated.jpg", UploadError),
        ("script.svg", UploadError),
    ],
)
def test_a_refusal_changes_nothing(
    app: Flask, ann: Person, name: str, error: type[Exception]
) -> None:
    image = ann.uploaded("plain.jpg")
    with app.test_request_context():
        before = stored_files(app)
        with pytest.raises(error):
            replaced(app, image, name)
        assert stored_files(app) == before
        assert not Upload.versions_of(row_of(image).id)
        assert Upload.exists(image["id_encoded"])


def test_the_quota_counts_versions(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    ann = make_person(app)
    image = ann.uploaded("pixel.png")
    with app.test_request_context():
        ann_of().quota_mb = 1
        db.session.commit()
        before = stored_files(app)
        with pytest.raises(QuotaReached):
            replaced(app, image, "iphone-gps-8mp.jpg")
        assert stored_files(app) == before


def test_what_fails_at_the_last_moment_leaves_all_as_it_was(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = ann.uploaded("plain.jpg")
    with app.test_request_context():
        before, state = stored_files(app), row_of(image).files

        def fail(_version: Upload) -> None:
            raise RuntimeError

        with pytest.raises(RuntimeError):
            replace(of(app), row_of(image), request(app, "screenshot.png"), fail)
        assert stored_files(app) == before and row_of(image).files == state
        assert is_tidy(app)


def test_the_oldest_versions_go(app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "MOST", 2)
    image = ann.uploaded("plain.jpg")
    with app.test_request_context():
        first = row_of(image).files[0]
        for turn in range(3):
            replaced(app, image, _jpeg((20 + turn, 20)))
        upload = row_of(image)
        kept = Upload.versions_of(upload.id)
        assert len(kept) == 2 and first not in [one.files[0] for one in kept]
        assert is_tidy(app)


def _jpeg(size: tuple[int, int], **options: Any) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, "red").save(data, "JPEG", **options)
    return data.getvalue()


def _dated(date: str) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = date
    return _jpeg((30, 30 + int(date[-2:])), exif=exif)


def test_the_date_taken_is_the_new_files_unless_the_owner_gave_one(app: Flask, ann: Person) -> None:
    image = ann.uploaded(_dated("2020:01:02 03:04:05"), "a.jpg")
    with app.test_request_context():
        replaced(app, image, _dated("2021:01:02 03:04:06"))
        assert existing(row_of(image).taken_at).year == 2021
        upload = row_of(image)
        (version,) = Upload.versions_of(upload.id)
        roll_back(of(app), upload, version)
        assert existing(row_of(image).taken_at).year == 2020
        given = existing(upload.taken_at).replace(year=1999)
        change(of(app), upload, {"taken_at": given})
        replaced(app, image, _dated("2022:01:02 03:04:07"))
        assert row_of(image).taken_at == given


def test_leftovers_make_it_private(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = ann.uploaded("plain.jpg")
    with app.test_request_context():

        def left(*args: Any) -> Any:
            done, cleaned, derivatives = process(*args)
            return done, dataclasses.replace(cleaned, leftovers=("place",)), derivatives

        monkeypatch.setattr(versions, "process", left)
        album = Album.create(ann_of(), "Trips", "public")
        db.session.flush()
        row = row_of(image).id
        Album.append(album.id, [row])
        db.session.commit()
        replaced(app, image, "screenshot.png")
        upload = row_of(image)
        assert (upload.visibility, upload.root) == (Visibility.PRIVATE, "private")
        assert upload.albums == []  # one would open it
        assert is_tidy(app)
    assert app.test_client().get(path_of(image["url_viewer"])).status_code == 404
    with app.test_request_context():
        upload = row_of(image)
        (version,) = Upload.versions_of(upload.id)
        roll_back(of(app), upload, version)
        assert (upload.visibility, upload.root) == (Visibility.UNLISTED, "public")
        assert [one.name for one in row_of(image).albums] == ["Trips"]
        assert is_tidy(app)
    assert app.test_client().get(path_of(image["url"])).status_code == 200


def test_others_approve_the_new_file_first(make_app: Callable[..., Flask]) -> None:
    app = make_app(REVIEW="members")
    ann = make_person(app)
    image = ann.uploaded("plain.jpg")
    with app.test_request_context():
        boss = User(name="boss", password_hash="-", role="admin")
        db.session.add(boss)
        db.session.commit()
        review.approve(of(app), row_of(image), boss)
        assert row_of(image).root == "public"
        replaced(app, image, "screenshot.png")
        upload = row_of(image)
        assert (upload.waits, upload.root) == (True, "private")
        assert is_tidy(app)


def test_deleting_for_good_takes_versions_along(app: Flask, ann: Person) -> None:
    image, other = ann.uploaded("plain.jpg"), ann.uploaded("canon-40d.jpg")
    with app.test_request_context():
        for name in ("screenshot.png", "alpha.png"):
            replaced(app, image, name)
        replaced(app, other, "gps-nikon.jpg")
        assert remove(of(app), row_of(image))
        assert is_tidy(app)
        assert len(db.session.scalars(db.select(Upload)).all()) == 2
        (version,) = Upload.versions_of(row_of(other).id)
        assert delete_version(of(app), row_of(other), version)
        assert is_tidy(app)


@pytest.mark.parametrize("name", ["gps-nikon.jpg", "screenshot.png", "still.webp", "iphone.heic"])
def test_rotated_it_is_shown_turned_and_comes_back(app: Flask, ann: Person, name: str) -> None:
    log_in(ann.client)
    image = ann.uploaded(name)
    with app.test_request_context():
        upload = row_of(image)
        size, thumb = (upload.width, upload.height), _thumb(app, upload)
        version = rotate(of(app), upload, 1)
        upload = row_of(image)
        assert (upload.width, upload.height) == size[::-1]
        now = _thumb(app, upload)
        assert _difference(now, thumb.rotate(-90)) < _difference(now, thumb) / 2
        assert (version.width, version.height) == size
        assert upload.leftovers is None and is_tidy(app)
    original = ann.client.get(f"/original/{image['id_encoded']}")
    assert original.data == sample(name).read_bytes()
    assert int(original.headers["Content-Length"]) == len(sample(name).read_bytes())


def _thumb(app: Flask, upload: Upload) -> Image.Image:
    path: Path = of(app).config.data / upload.root / upload.files[1]
    with Image.open(path) as image:
        return image.convert("RGB")


def _difference(one: Image.Image, other: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def test_what_has_no_orientation_is_named(app: Flask, ann: Person) -> None:
    images = [ann.uploaded(name) for name in ("animated.gif", "clip.mp4", "plain.jpg")]
    with app.test_request_context():
        with pytest.raises(CannotRotate):
            rotate(of(app), row_of(images[0]), 1)
        rows = [row_of(image).id for image in images]
        change = work_a_while(of(app), begin(ann_of(), "rotate", {"turns": 3}, rows), 60)
        assert (change.state, change.done, change.failed) == ("done", 1, 2)
        assert [one.error for one in change.failures(9)] == ["cannot_rotate"] * 2
        assert is_tidy(app)
        undo(change)
        assert work_a_while(of(app), change, 60).state == "undone"
        assert not Upload.versions_of(rows[2])
        assert is_tidy(app)
    assert app.test_client().get(path_of(images[2]["url"])).data == sample("plain.jpg").read_bytes()


def test_a_replacement_is_undone_unless_another_came(app: Flask, ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    with app.test_request_context():
        upload = row_of(image)
        first = upload.files[0]
        replace(of(app), upload, request(app, "alpha.png"), Noted(ann_of(), "replace", upload))
        (change,) = Change.recent(ann_of().id)
        assert (change.act, change.state, change.done) == ("replace", "done", 1)
        assert undo(change)
        assert work_a_while(of(app), change).state == "undone"
        assert row_of(image).files[0] == first
        upload = row_of(image)
        replace(of(app), upload, request(app, "screenshot.png"), Noted(ann_of(), "replace", upload))
        change = Change.recent(ann_of().id)[0]
        replaced(app, image, "canon-40d.jpg")
        assert undo(change)
        change = work_a_while(of(app), change)
        assert [one.error for one in change.failures(9)] == ["changed_since"]
        assert row_of(image).format == "jpg"


def test_no_rotation_is_undone_into_a_file_that_nobody_approved(
    make_app: Callable[..., Flask],
) -> None:
    """What was there before the rotation may have changed places with another file since."""
    app = make_app(REVIEW="members")
    ann = make_person(app)
    image = ann.uploaded("plain.jpg", visibility="public")
    with app.test_request_context():
        boss = User(name="boss", password_hash="-", role="admin")
        db.session.add(boss)
        db.session.commit()
        review.approve(of(app), row_of(image), boss)
        upload = row_of(image)
        change = work_a_while(of(app), begin(ann_of(), "rotate", {"turns": 1}, [upload.id]), 60)
        (version,) = Upload.versions_of(row_of(image).id)
        turned = row_of(image).files[0]
        roll_back(of(app), row_of(image), version)
        replaced(app, image, "screenshot.png")  # which nobody approved
        versions = Upload.versions_of(row_of(image).id)
        version = next(one for one in versions if one.files[0] == turned)
        roll_back(of(app), row_of(image), version)
        assert row_of(image).files[0] == turned
        review.approve(of(app), row_of(image), boss)
        assert undo(change)
        change = work_a_while(of(app), change, 60)
        assert [one.error for one in change.failures(9)] == ["changed_since"]
        assert row_of(image).files[0] == turned


@pytest.mark.parametrize("act", ["roll_back", "remove", "replace"])
def test_a_version_that_goes_while_this_waits(
    app: Flask, ann: Person, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for files rolls back, and knows nothing more of any row."""
    image = ann.uploaded("plain.jpg")
    calls = 0
    with app.test_request_context():
        replaced(app, image, "screenshot.png")
        replaced(app, image, "pixel.png")
        upload = row_of(image)
        goes = Upload.versions_of(upload.id)[-1]
        row = goes.id

        def waits(site: Site, which: Upload) -> list[str]:
            nonlocal calls
            calls += 1
            files = reserve_all(site, which)
            if calls == (2 if act == "remove" else 1):
                monkeypatch.undo()
                with ThreadPoolExecutor(1) as pool:
                    assert pool.submit(somebody_else_deletes).result()
                db.session.rollback()
            return files

        def somebody_else_deletes() -> bool:
            with app.app_context():
                return remove(of(app), existing(Upload.by_row(row)))

        if act == "roll_back":
            monkeypatch.setattr(versions, "reserve_all", waits)
            with pytest.raises(NoSuchVersion):
                roll_back(of(app), upload, goes)
        elif act == "remove":
            monkeypatch.setattr(remove_service, "reserve_all", waits)
            assert remove(of(app), upload)
        else:
            monkeypatch.setattr(versions, "MOST", 1)
            monkeypatch.setattr(remove_service, "reserve_all", waits)
            replaced(app, image, "alpha.png")
        assert Upload.by_row(row) is None
        assert is_tidy(app)


def test_no_rotation_brings_back_what_was_replaced_meanwhile(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = ann.uploaded("plain.jpg")

    def slowly(*args: Any) -> Any:
        replaced(app, image, "screenshot.png")
        return derive(*args)

    monkeypatch.setattr(rotating, "derive", slowly)
    with app.test_request_context():
        with pytest.raises(Busy):
            rotate(of(app), row_of(image), 1)
        assert row_of(image).format == "png"
        assert is_tidy(app)
