"""Quotas: what counts, who is refused and when, and what is said."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from PIL import Image

from models import Space, Upload, User, begin_write, db
from models.space import EVERYBODY
from services import quota
from services.quota import Room, rooms, set_quota
from services.settings import Settings
from tests.blueprints.test_export import confirm
from tests.conftest import Person, log_in, make_person, sample, stored_files

NOTHING = Room(0, 0)


def noise(kilobytes: int) -> bytes:
    """A PNG of about that size, which no encoder makes smaller."""
    file = io.BytesIO()
    Image.effect_noise((250, kilobytes * 5), 200).save(file, "PNG")
    return file.getvalue()


def used(app: Flask, holder: int = EVERYBODY) -> int:
    with app.app_context():
        return db.session.get_one(Space, holder).bytes


def test_every_byte_that_is_kept_counts(ann: Person) -> None:
    """The files on the disk, and what was taken out of one for its owner."""
    ann.uploaded("gps-nikon.jpg")
    ann.uploaded("still.bmp", filename="sent.bmp")  # served as PNG, kept as sent
    ann.uploaded("clip.mp4")
    data = ann.app.extensions["keepsake"].config.data
    on_disk = sum((data / path).stat().st_size for path in stored_files(ann.app))
    with ann.app.app_context():
        scrubbed = sum(
            len(row.scrubbing.originals)
            for row in db.session.scalars(db.select(Upload))
            if row.scrubbing
        )
    assert scrubbed > 0
    assert used(ann.app) == used(ann.app, 1) == on_disk + scrubbed


@pytest.fixture
def small(make_app: Callable[..., Flask]) -> Person:
    """Whose megabyte is nearly used up."""
    ann = make_person(make_app(QUOTA_MB=1))
    ann.uploaded(noise(700), "first.png")
    assert 700_000 < used(ann.app) < 1_000_000
    return ann


def test_what_doesn_t_fit_is_refused_and_nothing_is_kept(small: Person) -> None:
    before, bytes_before = stored_files(small.app), used(small.app)
    answer = small.upload(noise(300), "second.png")
    assert answer.status_code == 507 and "Retry-After" not in answer.headers
    assert answer.json == {
        "status_code": 507,
        "error": {"message": "No space left on storage - quota of 1 MB", "code": 507},
        "status_txt": "Insufficient Storage",
    }
    assert small.upload(noise(300), format="txt").text == answer.json["error"]["message"]
    assert stored_files(small.app) == before and used(small.app) == bytes_before
    small.uploaded("pixel.png")  # a small one still fits


def test_the_file_fits_and_its_thumbnail_does_not(small: Person) -> None:
    """It is refused in the transaction that stores it."""
    before, left = stored_files(small.app), 1_000_000 - used(small.app)
    file = noise(left // 1100)
    assert len(file) < left
    assert small.upload(file, "second.png").status_code == 507
    assert stored_files(small.app) == before
    with small.app.app_context():
        assert db.session.query(Upload).count() == 1


def test_room_is_there_again_after_a_delete(small: Person) -> None:
    with small.app.app_context():
        first = db.session.scalars(db.select(Upload.public_id)).one()
    log_in(small.client)
    page = small.client.get(f"/manage/{first}/delete").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    kept = used(small.app)
    small.client.post(f"/manage/{first}/delete", data={"csrf_token": token})
    assert used(small.app) == kept  # it is in the bin
    small.client.post("/bin/empty", data={"csrf_token": token})
    assert used(small.app) == 0
    small.uploaded(noise(300), "second.png")


def test_who_has_no_room_is_told_before_the_body_is_read(small: Person) -> None:
    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

    answer = small.app.test_client().post(
        "/api/1/upload",
        headers={"X-API-Key": small.key, "Content-Type": "image/png"},
        input_stream=Unread(),
        environ_overrides={"CONTENT_LENGTH": "3000000"},
    )
    assert answer.status_code == 507


def test_of_a_person_another_quota_holds(small: Person) -> None:
    run = small.app.test_cli_runner()
    assert small.upload(noise(300)).status_code == 507
    done = run.invoke(args=["user", "quota", "ann", "5"])
    assert done.exit_code == 0 and done.output.endswith("MB used, 5 MB\n")
    small.uploaded(noise(300))
    assert run.invoke(args=["user", "quota", "ann", "none"]).output.endswith("used, no limit\n")
    small.uploaded(noise(300))
    assert run.invoke(args=["user", "quota", "ann", "default"]).output.endswith("used, 1 MB\n")
    assert small.upload("pixel.png").status_code == 507
    for wrong in ("-1", "1.5", "many", "1000000000", "١"):
        assert run.invoke(args=["user", "quota", "--", "ann", wrong]).exit_code == 1
    assert run.invoke(args=["user", "quota", "ann"]).output.endswith("used, 1 MB\n")


def test_guests_share_one(make_app: Callable[..., Flask]) -> None:
    app = make_app(QUOTA_MB=1, GUEST_UPLOADS=True)
    ann = make_person(app)
    key = app.test_cli_runner().invoke(args=["key", "guest"]).output.strip()
    guests = [Person(app, "", key, app.test_client()) for _ in range(2)]
    guests[0].uploaded(noise(700))
    assert guests[1].upload(noise(300)).status_code == 507
    ann.uploaded(noise(300))  # has room of her own


def test_the_site_has_one_for_all(make_app: Callable[..., Flask]) -> None:
    app = make_app(SITE_QUOTA_MB=1)
    ann, bob = make_person(app), make_person(app, "bob")
    ann.uploaded(noise(700))
    answer = bob.upload(noise(300))
    assert answer.status_code == 507 and answer.headers["Retry-After"]
    assert answer.json["error"] == {"message": "No space left on storage", "code": 507}


def test_pages_say_what_to_do(small: Person) -> None:
    log_in(small.client)
    page = small.client.get("/").text
    assert "Your space is almost used up." not in page
    with small.app.app_context():
        user = db.session.scalars(db.select(User)).one()
        db.session.execute(db.update(Upload).values(size=Upload.size + 950_000 - used(small.app)))
        db.session.commit()
        assert rooms(Settings(quota_mb=1), user).own == Room(950_000, 1_000_000)
    page = small.client.get("/").text
    assert "Your space is almost used up." in page and "950 KB of 1 MB used" in page
    confirm(small)
    for where in ("/settings/uploads", "/settings/data"):
        assert "950 KB of 1 MB used" in small.client.get(where).text
    said = (
        "Your space of 1 MB is used up. Delete files for good that you no longer need, from the bin"
    )
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    with sample("plain.jpg").open("rb") as file:
        form = {"csrf_token": token, "source": (file, "plain.jpg")}
        answer = small.client.post("/upload", data=form)
    assert answer.status_code == 400 and said in answer.text
    with sample("plain.jpg").open("rb") as file:
        answer = small.client.post(
            "/upload",
            data={"source": (file, "plain.jpg")},
            headers={
                "Accept": "application/json", "X-CSRFToken": token, "X-Keepsake-Member": "1",
            },
        )  # fmt: skip
    assert answer.status_code == 507 and answer.json
    assert answer.json["words"]["text"].startswith(said)


def test_what_is_asked_of_the_sums_is_asked_as_the_one_writer(
    small: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[bool] = []

    def look(*args: object) -> None:
        driver = db.session.connection().connection.driver_connection
        writes.append(bool(driver and driver.in_transaction))
        quota.check_space(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("services.publish.check_space", look)
    small.uploaded("pixel.png")
    assert writes == [True]


def test_room() -> None:
    assert NOTHING.takes(10**15) and not NOTHING.is_short and NOTHING.percent == 0
    assert Room(9, 10).is_short and not Room(899, 1000).is_short
    assert Room(9, 10).takes(1) and not Room(9, 10).takes(2)
    assert Room(12, 10).left == 0 and Room(12, 10).percent == 100 and Room(0, 10).takes(10)


def test_a_quota_of_one_person_is_read_anew(app: Flask) -> None:
    make_person(app)
    with app.app_context():
        user = db.session.scalars(db.select(User)).one()
        begin_write()
        db.session.execute(db.text("UPDATE user SET quota_mb = 7"))
        assert rooms(Settings(), user).own.quota == 7_000_000
        set_quota(user, None, "a test")
        assert rooms(Settings(), user).own.quota == 0
