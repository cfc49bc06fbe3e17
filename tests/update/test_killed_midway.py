"""Every migration is one transaction: killed in its middle, it leaves the database before it."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import event
from sqlalchemy.engine import Engine

from models.migrate import migrate, transactional
from services.data_folder import MIGRATIONS
from tests.crash.old import REVISIONS, version_and_schema
from tests.crash.processes import Note, in_a_process

WRITES = ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE")


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One of each revision, by the revision that comes next."""
    folder = tmp_path_factory.mktemp("revisions")
    before, made = folder / "x.sqlite3", {}
    for revision, following in itertools.pairwise(REVISIONS):
        migrate(before, MIGRATIONS, revision)
        made[following] = Path(shutil.copy(before, folder / f"{revision}.sqlite3"))
    return made


def upgrade(path: Path, revision: str, note: Note, kill_before: int = 0) -> None:
    """In place, as `flask db upgrade` does. Notes the number of writing statements, or dies."""
    count = 0

    def before_statement(_a: Any, _b: Any, statement: str, *_: Any) -> None:
        nonlocal count
        if statement.lstrip().upper().startswith(WRITES):
            count += 1
            if count == kill_before:
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", before_statement)
    config = Config(str(MIGRATIONS / "alembic.ini"))
    config.set_main_option("script_location", str(MIGRATIONS))
    with transactional(f"sqlite:///{path}") as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    note(count)


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_a_migration_killed_midway(
    revision: str, databases: dict[str, Path], tmp_path: Path
) -> None:
    whole = Path(shutil.copy(databases[revision], tmp_path / "whole.sqlite3"))
    before = version_and_schema(whole)
    notes, status = in_a_process(partial(upgrade, whole, revision))
    assert status == 0 and version_and_schema(whole)[0] == revision
    for step in sorted({max(1, notes[0] // 2), notes[0]}):
        path = Path(shutil.copy(databases[revision], tmp_path / "killed.sqlite3"))
        _, status = in_a_process(partial(upgrade, path, revision, kill_before=step))
        assert status == signal.SIGKILL
        assert version_and_schema(path) == before
