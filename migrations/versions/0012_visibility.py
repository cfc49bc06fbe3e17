"""who may see an upload in one word; an upload in any number of albums

Who could see an upload still can: what was listed to everybody is ``public``, what was private is
``private``. SQLite can't drop a column that a foreign key names, so the table is made anew, from
its own text.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FOREIGN_KEY = (
    "CONSTRAINT fk_upload_album_id FOREIGN KEY(album_id) REFERENCES album (id) ON DELETE SET NULL"
)


def upgrade():
    op.create_table(
        "album_upload",
        sa.Column(
            "album_id",
            sa.Integer(),
            sa.ForeignKey("album.id", name="fk_album_upload_album_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "upload_id",
            sa.Integer(),
            sa.ForeignKey("upload.id", name="fk_album_upload_upload_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("album_id", "upload_id", name="pk_album_upload"),
    )
    op.create_index("ix_album_upload_upload_id", "album_upload", ["upload_id"])
    op.execute(
        "INSERT INTO album_upload (album_id, upload_id, position) SELECT album_id, id, "
        "row_number() OVER (PARTITION BY album_id ORDER BY id) FROM upload WHERE album_id IS NOT "
        "NULL"
    )
    op.execute("ALTER TABLE upload ADD COLUMN visibility VARCHAR DEFAULT 'public' NOT NULL")
    op.execute("UPDATE upload SET visibility = 'private' WHERE is_private = 1")
    _without(
        ["album_id INTEGER", FOREIGN_KEY, "is_private BOOLEAN NOT NULL"],
        {"album_id", "is_private"},
        {"ix_upload_album_id"},
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")


def _without(clauses, columns, indexes):
    """Make the table ``upload`` anew without these clauses of its text, with its other indexes and
    every trigger.
    """
    connection = op.get_bind()
    table = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE name = 'upload'"
    ).scalar_one()
    after = [
        text
        for name, text in connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND ((type = 'index' AND "
            "tbl_name = 'upload') OR type = 'trigger')"
        )
        if name not in indexes
    ]
    for (name,) in connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).all():
        op.execute(f'DROP TRIGGER "{name}"')
    for clause in clauses:
        head, found, tail = table.partition(clause)
        if not found:
            raise RuntimeError(f"upload has no {clause}")
        table = (
            head.rstrip(", \n\t")
            + ("," if tail.lstrip(", \n\t")[:1] not in ("", ")") else "")
            + " "
            + tail.lstrip(", \n\t")
        )
    kept = [
        row[1]
        for row in connection.exec_driver_sql("PRAGMA table_info(upload)")
        if row[1] not in columns
    ]
    names = ", ".join(f'"{name}"' for name in kept)
    head, _, body = table.partition("(")
    op.execute(f"CREATE TABLE upload_new ({body}")
    op.execute(f"INSERT INTO upload_new ({names}) SELECT {names} FROM upload")
    op.execute("DROP TABLE upload")
    op.execute("ALTER TABLE upload_new RENAME TO upload")
    for text in after:
        op.execute(text)
