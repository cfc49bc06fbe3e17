"""The same in the background: in turns, over a month, and what is known of damage afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models import KnownDamage, Payload, SiteFact, db, utcnow
from models.site_fact import DOCTOR
from services.doctor import known
from services.jobs import doctor, limits, repair
from services.jobs.kind import Turn
from tests.services.doctor.conftest import SENT, Ward
from tests.services.doctor.harm import cut, flip

Clock = Callable[[timedelta], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Moves the clock of rounds."""
    passed = timedelta()
    monkeypatch.setattr(doctor, "utcnow", lambda: utcnow() + passed)
    monkeypatch.setattr("services.doctor.round.utcnow", lambda: utcnow() + passed)

    def move(by: timedelta) -> None:
        nonlocal passed
        passed += by

    return move


def run(ward: Ward, is_over: Callable[[], bool] = lambda: False) -> Payload | None:
    with ward.ann.app.app_context():
        return doctor.run(ward.site, Turn({}, is_over))


def has_work(ward: Ward) -> bool:
    with ward.ann.app.app_context():
        return doctor.has_work(ward.site)


def so_far(ward: Ward) -> dict[str, Any]:
    with ward.ann.app.app_context():
        found: dict[str, Any] = json.loads(SiteFact.read(DOCTOR))
        return found


def open_damage(ward: Ward) -> dict[str, int]:
    with ward.ann.app.app_context():
        return KnownDamage.counts()


def test_a_round_takes_a_month(ward: Ward, clock: Clock) -> None:
    assert has_work(ward) and run(ward) is None
    assert (so_far(ward)["step"], so_far(ward)["uploads"]) == ("files", 1)  # one, to begin with
    assert not has_work(ward) and run(ward) is None
    assert so_far(ward)["uploads"] == 1
    clock(limits.DOCTOR_ROUND / 2)
    assert has_work(ward)
    run(ward)
    assert (
        so_far(ward)["bytes"] >= so_far(ward)["all_bytes"] / 2 and so_far(ward)["step"] == "files"
    )
    clock(limits.DOCTOR_ROUND / 2)
    run(ward)
    assert so_far(ward)["step"] == "done" and so_far(ward)["uploads"] == len(SENT)
    assert has_work(ward) and run(ward) is None  # the next one
    assert so_far(ward)["uploads"] == 1


def test_turns_end_and_go_on(ward: Ward, clock: Clock) -> None:
    run(ward)
    clock(limits.DOCTOR_ROUND)
    turns = 0
    while run(ward, lambda: True):
        turns += 1
    assert turns >= len(SENT) - 1 and so_far(ward)["step"] == "done"


def whole_round(ward: Ward, clock: Clock) -> None:
    run(ward)
    clock(limits.DOCTOR_ROUND)
    run(ward)
    if so_far(ward)["step"] != "done":
        run(ward)
    assert so_far(ward)["step"] == "done"


def test_what_is_harmless_is_repaired_and_the_rest_is_known(ward: Ward, clock: Clock) -> None:
    cut(ward.file("clip.mp4", "thumb"))
    cut(ward.file("plain.jpg"))
    whole_round(ward, clock)
    assert open_damage(ward) == {"changed": 1}
    with ward.ann.app.app_context():
        repaired = KnownDamage.page(is_open=False)
        assert [(one.damage, one.is_repaired) for one in repaired] == [("broken", True)]
        assert known.round_so_far()


def test_a_bit_of_a_thumb_is_noticed_once_it_was_seen_whole(ward: Ward, clock: Clock) -> None:
    """It can be shown all the same, and no row has its hash."""
    whole_round(ward, clock)
    thumb = ward.file("plain.jpg", "thumb")
    before = thumb.read_bytes()
    flip(thumb, len(before) // 2)
    assert ward.found() == [("broken", ward.name(thumb))]
    ward.doctor("--repair", status=0)
    assert thumb.read_bytes() == before
    ward.doctor(status=0)


def test_a_backup_that_comes_later_repairs(
    ward: Ward, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.backup import back_up

    with ward.ann.app.app_context():
        back_up(ward.site, tmp_path / "backup")
    path = ward.file("plain.jpg")
    path.unlink()
    whole_round(ward, clock)
    assert open_damage(ward) == {"missing": 1}
    monkeypatch.setattr(type(ward.site.config), "backups", tmp_path / "backup")
    with ward.ann.app.app_context():
        assert repair.run(ward.site, Turn({}, lambda: False)) is None
    assert path.exists() and open_damage(ward) == {}


def test_damage_that_is_gone_ends(ward: Ward, clock: Clock) -> None:
    path = ward.file("plain.jpg")
    data = path.read_bytes()
    path.unlink()
    whole_round(ward, clock)
    path.write_bytes(data)
    whole_round(ward, clock)
    assert open_damage(ward) == {}
    with ward.ann.app.app_context():
        (one,) = KnownDamage.page(is_open=False)
        assert isinstance(one.ended_at, datetime) and not one.is_repaired


def test_who_deletes_the_file_ends_its_damage(ward: Ward, clock: Clock) -> None:
    ward.file("plain.jpg").unlink()
    whole_round(ward, clock)
    with ward.ann.app.app_context():
        from models import Upload

        db.session.get_one(Upload, 1).delete_row()
        db.session.commit()
    assert open_damage(ward) == {}


def test_it_reads_no_faster_than_it_may(ward: Ward) -> None:
    slept: list[float] = []
    pace = doctor.Pace(ward.site, slept.append)
    for _ in range(10):
        pace.tick(1_000_000)
    assert sum(slept[-1:]) > 0.3


def test_a_new_site_needn_t_wait_a_month(ward: Ward, clock: Clock) -> None:
    with ward.ann.app.app_context():
        from models import Upload

        for upload in db.session.query(Upload).all():
            upload.delete_row()
        db.session.commit()
    run(ward)
    clock(timedelta(hours=12))
    assert so_far(ward)["step"] == "folders" or so_far(ward)["step"] == "done"
    run(ward)
    assert not has_work(ward) or so_far(ward)["step"] != "done"
    clock(timedelta(days=1))
    assert has_work(ward)


def test_more_damage_than_is_kept_never_ends_by_itself(
    ward: Ward, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that is full must not say that all is well."""
    monkeypatch.setattr("models.known_damage.MOST_KEPT", 3)
    for name in SENT[:4]:
        ward.file(name).unlink()
    for _ in range(3):
        whole_round(ward, clock)
        assert open_damage(ward) == {"missing": 3}
        assert so_far(ward)["more_findings"] == 1


def test_what_is_lost_takes_the_room_of_the_rest(
    ward: Ward, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.known_damage.MOST_KEPT", 3)
    with ward.ann.app.app_context():
        of_others = {"number": 1, "source": "", "fault": "", "upload": ""}
        for at, is_repaired in enumerate((True, False, False)):
            KnownDamage.note(
                [{"damage": "too_open", "path": f"{at}", "is_repaired": is_repaired, **of_others}]
            )
        db.session.commit()
    for name in SENT[:2]:
        ward.file(name).unlink()
    whole_round(ward, clock)
    assert open_damage(ward)["missing"] == 2


def test_what_is_lost_comes_first(ward: Ward) -> None:
    """A page has room for some only."""
    with ward.ann.app.app_context():
        for damage in ("too_open", "broken", "missing"):
            values = {"number": 1, "is_repaired": False, "source": "", "fault": "", "upload": ""}
            KnownDamage.note([{"damage": damage, "path": "x", **values}])
        db.session.commit()
        assert KnownDamage.page(is_open=True)[0].damage == "missing"


def test_a_repair_of_some_lets_others_run(ward: Ward) -> None:
    with ward.ann.app.app_context():
        ids = [one["id_encoded"] for one in ward.images.values()]
        rest = repair.run(ward.site, Turn({"uploads": ids}, lambda: True))
        assert rest == {"uploads": ids[1:]}


@pytest.mark.parametrize(
    ("name", "is_damaged"), [("gps-nikon.jpg", False), ("gps-nikon.jpg", True), ("clip.mp4", True)]
)
def test_a_large_file_is_read_in_turns(
    ward: Ward, clock: Clock, monkeypatch: pytest.MonkeyPatch, name: str, is_damaged: bool
) -> None:
    """Others wait for no file, and each turn goes on where the one before ended."""
    monkeypatch.setattr("services.doctor.reading.PIECE", 30_000)
    read, reads = list[int](), list[int]()
    monkeypatch.setattr(doctor.Pace, "tick", lambda _self, count: read.append(count))
    if is_damaged:
        flip(ward.file(name))
    run(ward, lambda: True)
    clock(limits.DOCTOR_ROUND)
    for _ in range(2000):
        read.clear()
        rest = run(ward, lambda: True)
        reads.append(sum(read))
        if not rest:
            break
    assert so_far(ward)["step"] == "done" and so_far(ward)["uploads"] == len(SENT)
    assert open_damage(ward) == ({"changed": 1} if is_damaged else {})
    whole = sum(path.stat().st_size for path in ward.files())
    assert sum(reads) < 40 * whole and len(reads) > 10


def test_a_clock_that_was_ahead(ward: Ward, clock: Clock) -> None:
    """The round of then would begin again in years."""
    clock(timedelta(days=2000))
    whole_round(ward, clock)
    clock(timedelta(days=-2000) - limits.DOCTOR_ROUND)
    assert has_work(ward)
    run(ward)
    assert so_far(ward)["begun_at"] < f"{utcnow() + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    assert so_far(ward)["uploads"] == 1
