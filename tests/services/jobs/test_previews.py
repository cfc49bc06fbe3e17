"""Previews of large files: a little after the upload, and for uploads of older versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from media.pixels import memory
from models import Upload, Visibility, db
from server.worker import Worker
from services.change import Wishes, change
from services.jobs import KINDS, Turn, limits, previews
from services.site import Site
from tests.conftest import Person, path_of, stored_files
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


def test_uploads_go_first(ann: Person, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "LIMITS", replace(limits.LIMITS, turn=0.01))
    ann.uploaded(LARGE)
    with site.budget.holding(site.budget.total, 1):
        assert previews.run(site, ENDLESS) == {}
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
