"""Previews of large files: a little after the upload, and for uploads of older versions."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from media.errors import Unreadable
from media.pixels import memory
from media.pixels.derive import derive_preview
from media.probe import probe
from media.storage.disk import DiskStorage
from models import Job, Payload, Space, Upload, User, Visibility, db
from server.worker import Worker
from services.change import Wishes, change
from services.jobs import limits, previews
from services.jobs.kind import Turn
from services.jobs.kinds import KINDS
from services.place import reserve, settle
from services.quota import set_quota
from services.remove import remove
from services.site import Site
from tests.conftest import Person, existing, path_of, stored_files
from tests.services.jobs.conftest import Clock

pytestmark = pytest.mark.usefixtures("in_app")
LARGE = "iphone-gps-8mp.jpg"
ENDLESS = Turn({}, lambda: False)


def previews_of(ann: Person) -> list[str]:
    return [path for path in stored_files(ann.app) if ".pv-" in path]


def the_upload() -> Upload:
    db.session.expire_all()
    upload: Upload = db.session.scalars(db.select(Upload)).one()
    return upload


def test_it_comes_after_the_upload(
    ann: Person, make_worker: Callable[..., Worker], clock: Clock
) -> None:
    before = ann.uploaded("plain.jpg")  # 1600 pixels wide: none
    image = ann.uploaded(LARGE)
    assert previews_of(ann) == [] and image.keys() == before.keys()
    worker = make_worker({"previews": KINDS["previews"]})
    worker.plan()
    assert worker.run_due() == {"previews": None}
    assert previews_of(ann) == ["public" + path_of(image["url"]).replace(".jpg", ".pv-jpg.webp")]
    answer = ann.client.get("/" + previews_of(ann)[0].removeprefix("public/"))
    assert answer.status_code == 200 and answer.mimetype == "image/webp"
    assert len(answer.data) < image["size"] / 4
    clock.pass_by(limits.PREVIEWS_EVERY)
    assert worker.run_due() == {}  # nothing is left to do
    sizes = db.session.scalars(db.select(Upload.preview_size).order_by(Upload.id))
    assert list(sizes) == [None, len(answer.data)]


def test_one_each_turn_the_newest_first(
    ann: Person, make_worker: Callable[..., Worker], clock: Clock
) -> None:
    for name in ("a.jpg", "b.jpg"):
        ann.uploaded(LARGE, filename=name)
    worker = make_worker({"previews": KINDS["previews"]}, turn=-1.0)
    worker.plan()
    worker.run_due()
    assert [Path(path).name for path in previews_of(ann)] == ["b.pv-jpg.webp"]
    clock.pass_by(limits.PREVIEWS_PAUSE)
    worker.run_due()
    assert len(previews_of(ann)) == 2


def test_it_comes_where_no_space_is_left_and_counts(ann: Person, site: Site) -> None:
    ann.uploaded(LARGE)
    set_quota(existing(User.by_name("ann")), 1, "a test")
    before = Space.of(None).all
    assert before > 1_000_000
    previews.run(site, ENDLESS)
    made = the_upload().preview_size or 0
    assert made > 0 and Space.of(None).all == before + made


def test_it_moves_and_goes_with_its_upload(ann: Person, site: Site) -> None:
    image = ann.uploaded(LARGE)
    previews.run(site, ENDLESS)
    (path,) = previews_of(ann)
    change(site, the_upload(), Wishes(visibility=Visibility.PRIVATE))
    assert previews_of(ann) == [path.replace("public", "private", 1)]
    address = "/" + path.removeprefix("public/")
    assert ann.app.test_client().get(address).status_code == 404
    change(site, the_upload(), Wishes(visibility=Visibility.PUBLIC))
    assert ann.app.test_client().get(address).status_code == 200
    assert ann.client.delete(path_of(image["delete_url"])).status_code == 200
    assert stored_files(ann.app) == []


def test_two_files_of_one_name_have_one_each(ann: Person, site: Site, tmp_path: Path) -> None:
    """Their thumbs differ by extension; previews are WebP, all of them."""
    with Image.open(Path("tests/samples") / LARGE) as photo:
        photo.save(tmp_path / "sea.png", compress_level=1)
        photo.save(tmp_path / "sea.jpg", quality=90)
    ann.uploaded(tmp_path / "sea.png")
    ann.uploaded(tmp_path / "sea.jpg")
    previews.run(site, ENDLESS)
    assert sorted(Path(path).name for path in previews_of(ann)) == [
        "sea.pv-jpg.webp",
        "sea.pv-png.webp",
    ]


def test_what_can_not_be_read_goes_without(ann: Person, site: Site) -> None:
    image = ann.uploaded(LARGE)
    (site.config.data / "public" / path_of(image["url"]).lstrip("/")).write_bytes(b"no picture")
    assert previews.has_work(site)
    assert previews.run(site, ENDLESS) is None
    assert the_upload().preview_size is None and not previews.has_work(site)
    assert not list(site.storage.temp.path.iterdir())


def waiting(ann: Person, count: int = 2) -> list[str]:
    """The public ids of so many uploads that wait for their preview, the newest first."""
    ids = [ann.uploaded(LARGE, filename=f"{n}.jpg")["id_encoded"] for n in range(count)]
    return ids[::-1]


def preview_sizes() -> dict[str, int | None]:
    db.session.expire_all()
    return dict(db.session.execute(db.select(Upload.public_id, Upload.preview_size)).all())


class Killed(BaseException):
    """As the end of the process: nothing catches it."""


def test_one_that_ends_the_process_goes_without(
    ann: Person, make_worker: Callable[..., Worker], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = waiting(ann)
    really = derive_preview

    def derive(path: Path, facts: object) -> object:
        if str(bad) in attempted():
            raise Killed
        return really(path, facts)  # type: ignore[arg-type]

    def attempted() -> dict[str, int]:
        payload = db.session.scalars(db.select(Job.payload).where(Job.kind == "previews")).one()
        tries: dict[str, int] = payload.get("tries", {})
        return tries

    monkeypatch.setattr(previews, "derive_preview", derive)
    make_worker({"previews": KINDS["previews"]}).plan()
    for times in range(1, limits.PREVIEW_TRIES + 1):
        with pytest.raises(Killed):
            make_worker({"previews": KINDS["previews"]}).run_due()
        db.session.rollback()
        assert attempted() == {bad: times}
        clock.pass_by(limits.LIMITS.lease)
    assert make_worker({"previews": KINDS["previews"]}).run_due() == {"previews": None}
    sizes = preview_sizes()
    assert sizes[bad] is None and sizes[good]


@pytest.mark.parametrize("fault", [MemoryError(), OSError(errno.EMFILE, "Too many open files")])
def test_a_fault_of_the_system_is_tried_again(
    ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    newest, older = waiting(ann)
    really, calls = probe, list[Path]()

    def fails_first(path: Path, **options: Any) -> Any:
        calls.append(path)
        if len(calls) == 1:
            raise Unreadable from fault
        return really(path, **options)

    monkeypatch.setattr(previews, "probe", fails_first)
    rest = previews.run(site, ENDLESS)
    assert rest == {"tries": {newest: 1}}
    sizes = preview_sizes()
    assert sizes[newest] == 0 and sizes[older]
    assert previews.run(site, Turn(rest, lambda: False)) is None
    assert preview_sizes()[newest]


def test_a_fault_that_stays_ends_the_tries(
    ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    (public_id,) = waiting(ann, 1)

    def fail(*args: Any, **options: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(previews, "probe", fail)
    rest, runs = previews.run(site, ENDLESS), 1
    while rest:
        rest, runs = previews.run(site, Turn(rest, lambda: False)), runs + 1
    assert runs == limits.PREVIEW_TRIES + 1 and preview_sizes() == {public_id: None}


def test_a_full_disk_costs_no_attempt(
    ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(ann, 1)
    noted: list[Payload] = []

    def fail(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(DiskStorage, "publish", fail)
    with pytest.raises(OSError):
        previews.run(site, Turn({}, lambda: False, noted.append))
    assert noted[-1] == {"tries": {}}


def test_one_that_is_moved_meanwhile_waits(ann: Person, site: Site) -> None:
    newest, older = waiting(ann)
    upload = db.session.scalars(db.select(Upload).where(Upload.public_id == newest)).one()
    assert reserve(site, upload.files, upload)
    files = upload.files
    assert previews.run(site, ENDLESS) is None
    sizes = preview_sizes()
    assert sizes[newest] == 0 and sizes[older]
    settle(site, files)
    previews.run(site, ENDLESS)
    assert preview_sizes()[newest]


@pytest.mark.parametrize("does", ["change", "remove"])
def test_who_changes_it_when_its_preview_is_published_waits(
    ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch, does: str
) -> None:
    """Its files are on their way for a moment, and are more afterwards."""
    ann.uploaded(LARGE)
    upload, publish, errors = the_upload(), DiskStorage.publish, list[BaseException]()
    assert upload.preview_size == 0

    def edit() -> None:
        try:
            with ann.app.app_context():
                one = the_upload()
                if does == "remove":
                    assert remove(site, one)
                else:
                    change(site, one, Wishes(visibility=Visibility.PRIVATE))
        except BaseException as error:
            errors.append(error)

    editor = threading.Thread(target=edit)

    def slowly(*args: Any) -> None:
        editor.start()
        editor.join(0.2)
        publish(*args)

    monkeypatch.setattr(DiskStorage, "publish", slowly)
    previews.run(site, ENDLESS)
    editor.join()
    assert not errors
    if does == "remove":
        assert stored_files(ann.app) == []
    else:
        assert the_upload().root == "private"
        assert previews_of(ann)[0].startswith("private/")


def test_who_read_it_before_it_got_its_preview_takes_that_along(ann: Person, site: Site) -> None:
    ann.uploaded(LARGE)
    upload = the_upload()
    assert upload.preview_size == 0
    with ann.app.app_context():
        previews.run(site, ENDLESS)
    change(site, upload, Wishes(visibility=Visibility.PRIVATE))
    assert previews_of(ann)[0].startswith("private/")


def test_uploads_go_first(ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "LIMITS", replace(limits.LIMITS, turn=0.01))
    ann.uploaded(LARGE)
    with site.budget.holding(site.budget.total, 1):
        assert previews.run(site, ENDLESS) == {"tries": {}}
    assert the_upload().preview_size == 0


def test_its_memory_is_asked_for(ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    really = memory.need_of_preview

    def need(facts: object, file_bytes: int) -> int:
        asked.append(really(facts, file_bytes))  # type: ignore[arg-type]
        return asked[-1]

    monkeypatch.setattr(memory, "need_of_preview", need)
    ann.uploaded(LARGE)
    previews.run(site, ENDLESS)
    assert asked and 16_000_000 < asked[0] < 80_000_000
