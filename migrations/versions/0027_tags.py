"""tags and categories have descriptions; a tally says how many uploads have a tag, for whom

Triggers count by tag and audience, of everybody (the user 0) and of each owner, so that no page has
to. What has a tag is indexed anew when the tag gets another name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

AUDIENCE = (
    "CASE WHEN {0}expires_at IS NOT NULL THEN 4 ELSE CASE {0}visibility WHEN 'private' THEN 0 "
    "WHEN 'members' THEN 1 WHEN 'unlisted' THEN 2 ELSE 3 END END"
)
OWNERS = ("0", "{0}user_id")
CHANGING = "visibility, expires_at, user_id"


def upgrade():
    for table in ("tag", "category"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN description VARCHAR DEFAULT '' NOT NULL")
    op.create_table(
        "tag_tally",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("uploads", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "audience", "key", name="pk_tag_tally"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tag_tally_tag_id", "tag_tally", ["tag_id"])
    for owner in OWNERS:
        op.execute(
            f"INSERT INTO tag_tally SELECT {owner.format('u.')} AS user_id, "
            f"{AUDIENCE.format('u.')} AS audience, t.key, t.id, count(*) FROM upload_tag ut "
            "JOIN upload u ON u.id = ut.upload_id JOIN tag t ON t.id = ut.tag_id "
            "WHERE user_id IS NOT NULL GROUP BY 1, 2, 4"
        )
    _count()
    _rename()


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")


def _count():
    tag = "FROM tag t JOIN upload u ON u.id = {0}.upload_id WHERE t.id = {0}.tag_id"
    its_tags = "FROM upload_tag ut JOIN tag t ON t.id = ut.tag_id WHERE ut.upload_id = {0}.id"
    _trigger("tag_tally_insert", "AFTER INSERT ON upload_tag", more("u.", tag.format("new")))
    _trigger("tag_tally_delete", "AFTER DELETE ON upload_tag", fewer("u.", tag.format("old")))
    _trigger(
        "tag_tally_update",
        f"AFTER UPDATE OF {CHANGING} ON upload",
        fewer("old.", its_tags.format("old")) + more("new.", its_tags.format("new")),
    )
    # while its tags are still there
    _trigger("tag_tally_upload", "BEFORE DELETE ON upload", fewer("old.", its_tags.format("old")))
    _trigger("tag_tally_tag", "AFTER DELETE ON tag", "DELETE FROM tag_tally WHERE tag_id = old.id;")
    _trigger(
        "tag_tally_key",
        "AFTER UPDATE OF key ON tag",
        "UPDATE tag_tally SET key = new.key WHERE tag_id = new.id;",
    )


def more(upload, which):
    return " ".join(
        "INSERT INTO tag_tally (user_id, audience, key, tag_id, uploads) "
        f"SELECT {owner.format(upload)}, {AUDIENCE.format(upload)}, t.key, t.id, 1 {which} "
        f"AND {owner.format(upload)} IS NOT NULL "
        "ON CONFLICT DO UPDATE SET uploads = uploads + 1;"
        for owner in OWNERS
    )


def fewer(upload, which):
    def of(owner):
        return (
            f"(user_id, audience, key) IN (SELECT {owner.format(upload)}, "
            f"{AUDIENCE.format(upload)}, t.key {which})"
        )

    return " ".join(
        f"UPDATE tag_tally SET uploads = uploads - 1 WHERE {of(owner)}; "
        f"DELETE FROM tag_tally WHERE {of(owner)} AND uploads < 1;"
        for owner in OWNERS
    )


def _rename():
    """By the statements that migration 0023 wrote."""
    of_one = (
        op.get_bind()
        .exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'upload_fts_insert'")
        .scalar()
    )
    insert = of_one.partition("BEGIN ")[2].rpartition(" WHERE u.id")[0]
    having = "SELECT upload_id FROM upload_tag WHERE tag_id = new.id"
    _trigger(
        "upload_fts_tag_name",
        "AFTER UPDATE OF name ON tag",
        "DELETE FROM upload_fts WHERE rowid IN "
        f"(SELECT rank FROM upload WHERE id IN ({having})); {insert} WHERE u.id IN ({having});",
    )


def _trigger(name, event, body):
    op.execute(f"CREATE TRIGGER {name} {event} BEGIN {body} END")
