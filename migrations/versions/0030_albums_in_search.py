"""the index of words knows in which albums an upload is; albums are found by name

Only of what is in one anything changes; the statements that fill the index get one part more.
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

LAST = "FROM upload_tag WHERE upload_id = u.id), ''))"  # of the facets, in migration 0023
ALBUMS = (
    "coalesce((SELECT group_concat("
    "char(0xF00B, 0xE000 + album_id / 4096 % 4096, 0xE000 + album_id % 4096), '') "
    "FROM album_upload WHERE upload_id = u.id), '')"
)
IN_ONE = "SELECT upload_id FROM album_upload"


def upgrade():
    _names()
    connection = op.get_bind()
    triggers = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'upload_fts_%'"
    ).fetchall()
    for name, text in triggers:
        if LAST in text:
            op.execute(f"DROP TRIGGER {name}")
            connection.exec_driver_sql(text.replace(LAST, f"{LAST[:-1]} || {ALBUMS})"))
    insert = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE name = 'upload_fts_insert'"
    ).scalar()
    insert = insert.partition("BEGIN ")[2].rpartition(" WHERE u.id")[0]
    for event, row in (("INSERT", "new"), ("DELETE", "old")):
        connection.exec_driver_sql(
            f"CREATE TRIGGER upload_fts_album_{event.lower()} AFTER {event} ON album_upload BEGIN "
            "DELETE FROM upload_fts WHERE rowid = "
            f"(SELECT rank FROM upload WHERE id = {row}.upload_id); "
            f"{insert} WHERE u.id = {row}.upload_id; END"
        )
    op.execute(
        f"DELETE FROM upload_fts WHERE rowid IN (SELECT rank FROM upload WHERE id IN ({IN_ONE}))"
    )
    connection.exec_driver_sql(f"{insert} WHERE u.id IN ({IN_ONE})")


def _names():
    op.execute("ALTER TABLE album ADD COLUMN search_name VARCHAR DEFAULT '' NOT NULL")
    op.execute("UPDATE album SET search_name = folded(name)")
    op.create_index("ix_album_search_name", "album", ["search_name"])
    for event in ("INSERT", "UPDATE OF name"):
        op.execute(
            f"CREATE TRIGGER album_search_name_{event[:6].lower()} AFTER {event} ON album BEGIN "
            "UPDATE album SET search_name = folded(new.name) WHERE id = new.id; END"
        )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
