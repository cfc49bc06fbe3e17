from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from models import db
from models.migrate import migrate, revisions, transactional
from services.data_folder import MIGRATIONS
from tests.crash.old import REVISIONS, version_and_schema

BAD = """
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "9999", "{before}", None, None
def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer()))
    op.execute("ALTER TABLE user ADD COLUMN half INTEGER")
    raise RuntimeError("midway")
"""


def test_the_migrations_make_what_the_models_say(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                # the index of words
                "include_name": lambda name, kind, parents: (
                    kind != "table" or not name.startswith(("upload_fts", "upload_words"))
                )
            },
        )
        assert compare_metadata(context, db.metadata) == []


def test_migrations_are_one_line() -> None:
    numbers = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("*.py"))
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    assert revisions(MIGRATIONS) == tuple(script.revision for script in scripts)


def test_a_revision_is_one_transaction(tmp_path: Path) -> None:
    """One that fails midway leaves the version before it, whole."""
    scripts = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, scripts)
    (scripts / "versions/9999_bad.py").write_text(BAD.format(before=REVISIONS[-1]))
    path = tmp_path / "x.sqlite3"
    migrate(path, MIGRATIONS)
    before = version_and_schema(path)
    config = Config(str(scripts / "alembic.ini"))
    config.set_main_option("script_location", str(scripts))
    with (
        transactional(f"sqlite:///{path}") as connection,
        pytest.raises(RuntimeError, match="midway"),
    ):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    assert version_and_schema(path) == before
    with pytest.raises(RuntimeError, match="midway"):
        migrate(path, scripts)
    assert version_and_schema(path) == before and not path.with_name("x.sqlite3.new").exists()
