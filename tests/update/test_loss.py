"""What people did since an update is known, whatever it was, and nothing else is."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from deploy.update import loss
from models import db
from services.data_folder import DATABASE
from tests.crash.scenes import furnish


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a site with uploads and an API key."""
    folder = tmp_path_factory.mktemp("site")
    furnish(folder / "data")
    return folder / "data" / DATABASE


@pytest.fixture
def databases(made: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A newer one, with a table and a column more, and an older one."""
    newer, older = (Path(shutil.copy(made, tmp_path / name)) for name in ("new", "old"))
    change(newer, "CREATE TABLE later (id INTEGER PRIMARY KEY)")
    change(newer, "ALTER TABLE upload ADD COLUMN later INTEGER DEFAULT 7")
    return newer, older


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.create_function("folded", -1, str)  # of the index of words
        assert database.execute(statement).rowcount


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE upload SET visibility = 'private' WHERE id = 1", "0 deleted, 1 edited"),
        ("UPDATE upload SET title = 'Sea' WHERE id = 1", "0 deleted, 1 edited"),
        ("DELETE FROM upload WHERE id = 1", "0 uploads since then, 1 deleted"),
        ("UPDATE user SET password_hash = 'x'", "0 users since then, 0 deleted, 1 edited"),
        ("INSERT INTO tag (name, key) VALUES ('sea', 'sea')", "also in: tag"),
        ("DELETE FROM api_key", "also in: api key"),
        ("INSERT INTO setting VALUES ('a', 'b')", "also in: setting"),
    ],
)
def test_what_people_did_is_told(databases: tuple[Path, Path], statement: str, told: str) -> None:
    newer, older = databases
    assert not loss.between(newer, older)
    change(newer, statement)
    found = loss.between(newer, older)
    assert found and told in str(found)


def test_what_keepsake_does_by_itself_asks_nobody(databases: tuple[Path, Path]) -> None:
    newer, older = databases
    for statement in (
        "UPDATE upload SET views = views + 1",
        "UPDATE api_key SET last_used_at = '2027-01-01'",
        "INSERT INTO site_fact VALUES ('a', 'b')",
    ):
        change(newer, statement)
    assert not loss.between(newer, older)


def test_the_tables_left_out_are_tables(made: Path) -> None:
    """Another name would leave nothing out, or one day something that is somebody's."""
    assert {*db.metadata.tables, "alembic_version"} >= loss.OF_ITSELF
    columns = {column.name for table in db.metadata.tables.values() for column in table.columns}
    assert columns >= loss.BY_ITSELF
