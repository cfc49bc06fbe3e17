"""Which copies stay, as time goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.backup.folder import BackupFolder, Copy, name_at
from services.backup.thin import GONE, clear, staying, thin
from services.data_folder import DATABASE

BERLIN = ZoneInfo("Europe/Berlin")


def copies_at(*times: datetime) -> list[Copy]:
    return [Copy(Path(name_at(at)), at) for at in times]


def days(count: int, last: datetime) -> Iterator[datetime]:
    yield from (last - timedelta(days=ago) for ago in range(count))


def test_four_hundred_days() -> None:
    """Thinned each day, as it happens: what stays is what would stay of all of them."""
    begin, kept, every = datetime(2025, 11, 1, 2, 15, tzinfo=UTC), list[Copy](), list[Copy]()
    for day in range(400):
        new = copies_at(begin + timedelta(days=day))
        every = [*new, *every]
        kept = staying([*new, *kept], BERLIN)
        assert kept == staying(every, BERLIN)
        assert kept[0] == new[0]
    assert [copy.name[:10] for copy in kept] == [
        "2026-12-05", "2026-12-04", "2026-12-03", "2026-12-02", "2026-12-01", "2026-11-30",
        "2026-11-29", "2026-11-22", "2026-11-15", "2026-10-31", "2026-09-30", "2026-08-31",
        "2026-07-31", "2026-06-30", "2026-05-31", "2026-04-30", "2026-03-31", "2026-02-28",
        "2026-01-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("times", "stay"),
    [
        ([], []),
        # the newest of a day, and the three newest
        (["26T01", "26T05", *(f"27T{hour:02}" for hour in range(1, 9))],
         ["26T05", "27T06", "27T07", "27T08"]),
        # 23:30 in UTC is the next day there
        (["25T22", "25T23", "26T12", "26T22", "27T01", "27T02", "27T03"],
         ["25T22", "26T22", "27T01", "27T02", "27T03"]),
    ],
)  # fmt: skip
def test_of_a_day(times: list[str], stay: list[str]) -> None:
    found = copies_at(
        *(datetime.strptime(f"2026-11-{at}:30+0000", "%Y-%m-%dT%H:%M%z") for at in times)
    )
    assert sorted(copy.name[8:13] for copy in staying(found[::-1], BERLIN)) == stay


def test_copies_of_a_wrong_clock_take_no_others_place(tmp_path: Path) -> None:
    """Neither that of the newest one, nor those of its days."""
    wrong = list(days(9, datetime(2031, 1, 9, 2, 15, tzinfo=UTC)))[::-1]
    right = list(days(9, datetime(2026, 11, 27, 2, 15, tzinfo=UTC)))[::-1]
    folder = BackupFolder(tmp_path)
    folder.claim("site")
    for at in [*wrong, *right]:
        folder.note(name_at(at))
        (tmp_path / name_at(at)).mkdir()
        (tmp_path / name_at(at) / DATABASE).touch()
    found = folder.copies()
    assert [copy.at for copy in found] == [*wrong, *right][::-1]
    stay = staying(found, UTC)
    assert [copy.at for copy in stay if copy.at.year == 2026] == right[:1:-1]
    assert len(stay) == 7 + len(wrong)
    thin(folder, UTC, links=False)
    assert [copy.at for copy in folder.copies()] == right[:-3:-1]


def test_what_can_not_be_deleted_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"2026-11-27T02-15-00Z{GONE}/private").mkdir(parents=True)

    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "rmdir", refused)
    assert clear(BackupFolder(tmp_path), lambda: False)


def test_nothing_goes_because_time_passes() -> None:
    """Of a site that was off for years."""
    old = copies_at(*days(5, datetime(2020, 5, 5, tzinfo=UTC)))
    assert staying(old, UTC) == old
    assert staying([*copies_at(datetime(2026, 5, 5, tzinfo=UTC)), *old], UTC)[1:] == old


def test_only_what_is_ours_is_deleted(tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path)
    for at in days(60, datetime(2026, 11, 27, tzinfo=UTC)):
        (tmp_path / name_at(at) / "public").mkdir(parents=True)
        (tmp_path / name_at(at) / DATABASE).touch()
        (tmp_path / name_at(at) / "public/a.jpg").touch()
    folder.claim("me")
    (tmp_path / "letters.gone").mkdir()
    (tmp_path / "2020-01-01").mkdir()
    (tmp_path / f"2020-01-01T00-00-00Z{GONE}").mkdir()  # of one that was killed
    thin(folder, UTC, links=True)
    assert not clear(folder, lambda: True)
    assert clear(folder, lambda: False)
    left = {path.name for path in tmp_path.iterdir()}
    assert left - {copy.name for copy in folder.copies()} == {
        "keepsake-backup.json", "letters.gone", "2020-01-01"
    }  # fmt: skip
    assert len(folder.copies()) == 7 + 2 + 2
    thin(folder, UTC, links=False)
    assert len(folder.copies()) == 2
