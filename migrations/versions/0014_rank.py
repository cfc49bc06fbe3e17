"""one number orders listings; the index of words is read in its order, and knows who finds what

The rank is the date shown in microseconds since the year 1, made unique by counting on where dates
are the same or too near.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# A number in the order of dates, and the rows before that would overtake it push it up.
RANKS = """WITH dated AS (
    SELECT id, 1000000 * (62135596800 + CAST(strftime('%s', substr(created_at, 1, 19)) AS INTEGER))
        + CAST(substr(created_at || '000000', 21, 6) AS INTEGER) AS at FROM upload
), numbered AS (SELECT id, at, row_number() OVER (ORDER BY at, id) AS number FROM dated)
SELECT id, number + max(at - number) OVER (ORDER BY number ROWS UNBOUNDED PRECEDING) AS rank
FROM numbered"""
TRIGGERS = ("insert", "delete", "update", "tag_insert", "tag_delete")


def upgrade():
    op.execute("ALTER TABLE upload ADD COLUMN rank BIGINT DEFAULT 0 NOT NULL")
    op.execute("CREATE TEMP TABLE ranks (id INTEGER PRIMARY KEY, rank BIGINT)")
    op.execute(f"INSERT INTO ranks {RANKS}")
    op.execute(
        "UPDATE upload SET rank = (SELECT rank FROM temp.ranks WHERE temp.ranks.id = upload.id)"
    )
    op.execute("DROP TABLE temp.ranks")
    op.create_index("ix_upload_rank", "upload", ["rank"], unique=True)
    op.drop_index("ix_upload_created_at_id", "upload")
    lasting = sa.text("expires_at IS NULL")
    op.create_index(
        "ix_upload_visibility_rank", "upload", ["visibility", "rank"], sqlite_where=lasting
    )
    op.create_index("ix_upload_user_id_rank", "upload", ["user_id", "rank"])
    _index_senders()
    _drop_search()
    _index_words(
        "rank",
        "title, description, name, tags, facets",
        """u.rank, u.title, u.description, u.name,
            (SELECT group_concat(t.name, ' ') FROM upload_tag ut JOIN tag t ON t.id = ut.tag_id
             WHERE ut.upload_id = u.id),
            (SELECT group_concat(tag || audience || ' ' || tag || owner, ' ') FROM (
                SELECT '' AS tag UNION ALL
                SELECT 't' || tag_id FROM upload_tag WHERE upload_id = u.id
            ), (
                SELECT 'v' || iif(u.expires_at IS NULL, u.visibility, 'expiring') AS audience,
                'u' || coalesce(u.user_id, 0) AS owner
            ))""",
        "title, description, name, visibility, expires_at, user_id, rank",
        ", prefix='1 2 3 4 5 6 7 8'",
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")


def _index_senders():
    """For what asks who sent what in the last while."""
    for column in ("guest", "received_at"):
        op.drop_index(f"ix_upload_{column}", "upload")
    op.create_index("ix_upload_user_id_received_at", "upload", ["user_id", "received_at"])
    guests = {"sqlite_where": sa.text("guest IS NOT NULL")}
    op.create_index("ix_upload_guest_received_at", "upload", ["guest", "received_at"], **guests)
    op.create_index("ix_upload_guests", "upload", ["received_at"], **guests)
    op.create_index("ix_upload_source_sha256", "upload", ["source_sha256"])


def _drop_search():
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER upload_fts_{name}")
    op.execute("DROP TABLE upload_fts")


def _index_words(key, columns, values, changing, options):
    """The index, with ``key`` as its row ids, and what keeps it."""
    insert = f"INSERT INTO upload_fts (rowid, {columns}) SELECT {values} FROM upload u"
    op.execute(
        f"CREATE VIRTUAL TABLE upload_fts USING fts5({columns}, "
        f"tokenize='unicode61 remove_diacritics 2'{options})"
    )
    op.execute(insert)
    op.execute("CREATE VIRTUAL TABLE upload_words USING fts5vocab(upload_fts, row)")
    op.execute(
        f"CREATE TRIGGER upload_fts_insert AFTER INSERT ON upload BEGIN {insert} "
        "WHERE u.id = new.id; END"
    )
    op.execute(
        "CREATE TRIGGER upload_fts_delete AFTER DELETE ON upload BEGIN "
        f"DELETE FROM upload_fts WHERE rowid = old.{key}; END"
    )
    op.execute(
        f"CREATE TRIGGER upload_fts_update AFTER UPDATE OF {changing} ON upload BEGIN "
        f"DELETE FROM upload_fts WHERE rowid = old.{key}; {insert} WHERE u.id = new.id; END"
    )
    for event, row in (("INSERT", "new"), ("DELETE", "old")):
        op.execute(
            f"CREATE TRIGGER upload_fts_tag_{event.lower()} AFTER {event} ON upload_tag BEGIN "
            f"DELETE FROM upload_fts WHERE rowid = "
            f"(SELECT {key} FROM upload WHERE id = {row}.upload_id); "
            f"{insert} WHERE u.id = {row}.upload_id; END"
        )
