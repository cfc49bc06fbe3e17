"""Jobs over several processes, and over their ends."""

from __future__ import annotations

import signal
from multiprocessing.process import BaseProcess
from pathlib import Path

from services.jobs.limits import LIMITS
from tests.crash.play import play
from tests.crash.work import add_jobs, jobs_left, work_until_none_is_due
from tests.forks import FORKED

COUNT = 60


def start(data: Path, ahead: float = 0) -> BaseProcess:
    process = FORKED.Process(target=work_until_none_is_due, args=(data, ahead))
    process.start()
    return process


def end(process: BaseProcess) -> int | None:
    process.join(120)
    return process.exitcode


def test_two_processes_run_no_job_twice(tmp_path: Path) -> None:
    add_jobs(tmp_path, ("meet", 0), ("meet", 1), *(("note", number) for number in range(COUNT)))
    for process in [start(tmp_path), start(tmp_path)]:
        assert end(process) == 0
    assert jobs_left(tmp_path) == []
    assert sorted(map(int, (tmp_path / "ran").read_text().split())) == list(range(COUNT))
    assert len(list(tmp_path.glob("meets-*"))) == 2


def test_the_job_of_a_killed_process_is_run_again_after_its_lease(tmp_path: Path) -> None:
    add_jobs(tmp_path, ("die", 0))
    assert end(start(tmp_path)) == -signal.SIGKILL
    assert jobs_left(tmp_path) == [("die", 1, None)]
    assert end(start(tmp_path)) == 0
    assert (tmp_path / "told").read_text() == "begun\n"  # the lease still holds
    assert end(start(tmp_path, LIMITS.lease.total_seconds() + 1)) == 0
    assert (tmp_path / "told").read_text() == "begun\nbegun\ndone\n"
    assert jobs_left(tmp_path) == []


def test_killed_or_without_power_at_any_step(tmp_path: Path) -> None:
    """All that runs again and again; afterwards the next worker does what was left."""
    play(tmp_path, "jobs", 13, "kill", "cut")


def test_killed_or_without_power_while_tiles_are_made(tmp_path: Path) -> None:
    play(tmp_path, "tiles", 13, "kill", "cut")


def test_killed_or_without_power_while_an_account_goes(tmp_path: Path) -> None:
    play(tmp_path, "leave", 23, "kill", "cut")


def test_killed_while_all_files_get_another_owner(tmp_path: Path) -> None:
    play(tmp_path, "hand_over", 13, "kill")
