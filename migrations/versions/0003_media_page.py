"""alt text, privacy report, placeholder, words to search

The index of words is kept by triggers, so that no writer can forget it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WORDS = """SELECT u.id, u.title, u.description, u.name,
    (SELECT group_concat(t.name, ' ') FROM upload_tag ut JOIN tag t ON t.id = ut.tag_id
     WHERE ut.upload_id = u.id)
    FROM upload u"""
INSERT = "INSERT INTO upload_fts (rowid, title, description, name, tags) " + WORDS


def upgrade():
    op.add_column("upload", sa.Column("alt_text", sa.String()))
    for name in ("removed", "kept", "placeholder"):
        op.add_column("upload", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.execute(
        "CREATE VIRTUAL TABLE upload_fts USING fts5(title, description, name, tags, "
        "tokenize='unicode61 remove_diacritics 2')"
    )
    op.execute(INSERT)
    op.execute(
        f"CREATE TRIGGER upload_fts_insert AFTER INSERT ON upload BEGIN {INSERT} WHERE u.id = "
        "new.id; END"
    )
    op.execute(
        "CREATE TRIGGER upload_fts_delete AFTER DELETE ON upload BEGIN DELETE FROM upload_fts "
        "WHERE rowid = old.id; END"
    )
    op.execute(
        "CREATE TRIGGER upload_fts_update AFTER UPDATE OF title, description, name ON upload BEGIN "
        f"DELETE FROM upload_fts WHERE rowid = new.id; {INSERT} WHERE u.id = new.id; END"
    )
    for event, row in (("INSERT", "new"), ("DELETE", "old")):
        op.execute(
            f"CREATE TRIGGER upload_fts_tag_{event.lower()} AFTER {event} ON upload_tag BEGIN "
            f"DELETE FROM upload_fts WHERE rowid = {row}.upload_id; {INSERT} WHERE u.id = "
            f"{row}.upload_id; END"
        )


def downgrade():
    for name in ("insert", "delete", "update", "tag_insert", "tag_delete"):
        op.execute(f"DROP TRIGGER upload_fts_{name}")
    op.execute("DROP TABLE upload_fts")
    with op.batch_alter_table("upload") as batch:
        for name in ("alt_text", "removed", "kept", "placeholder"):
            batch.drop_column(name)
