"""albums have members, who see them or add to them

Others may open an album now that is private, as its members or by a link: what isn't approved is
kept out of these, too, by the triggers of migration 0053.
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

STEP = 1 << 20  # between positions
UNAPPROVED = "EXISTS (SELECT 1 FROM upload WHERE id = upload_id AND NOT is_approved)"


def is_open(album):
    """Whether others than its owner may open the album with this row id."""
    return (
        f"(EXISTS (SELECT 1 FROM album WHERE id = {album} AND visibility <> 'private') "
        f"OR EXISTS (SELECT 1 FROM album_member WHERE album_id = {album}) "
        f"OR EXISTS (SELECT 1 FROM share_link WHERE album_id = {album} AND NOT is_revoked))"
    )


def opens(album):
    """What isn't approved waits outside."""
    return (
        "INSERT OR IGNORE INTO album_wish (album_id, upload_id) "
        f"SELECT album_id, upload_id FROM album_upload WHERE album_id = {album} AND {UNAPPROVED}; "
        f"DELETE FROM album_upload WHERE album_id = {album} AND upload_id IN "
        f"(SELECT upload_id FROM album_wish WHERE album_id = {album}); "
    )


def closes(album):
    """It comes back: its owner alone sees it."""
    return (
        "INSERT OR IGNORE INTO album_upload (album_id, upload_id, position) "
        "SELECT album_id, upload_id, "
        "(SELECT coalesce(max(position), 0) FROM album_upload WHERE album_id = one.album_id) "
        f"+ {STEP} * (SELECT count(*) FROM album_wish WHERE album_id = one.album_id "
        f"AND upload_id <= one.upload_id) FROM album_wish AS one WHERE one.album_id = {album}; "
        f"DELETE FROM album_wish WHERE album_id = {album}; "
    )


def upgrade():
    op.create_table(
        "album_member",
        sa.Column("album_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("may_add", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["album_id"], ["album.id"], name="fk_album_member_album_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_album_member_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("album_id", "user_id", name="pk_album_member"),
    )
    op.create_index("ix_album_member_user_id", "album_member", ["user_id"])
    for name in ("album_approved", "wish_again", "album_opens", "album_closes"):
        op.execute(f"DROP TRIGGER {name}")
    op.execute(
        "CREATE TRIGGER album_approved BEFORE INSERT ON album_upload WHEN EXISTS "
        "(SELECT 1 FROM upload WHERE id = new.upload_id AND NOT is_approved AND leftovers IS NULL) "
        f"AND {is_open('new.album_id')} "
        "BEGIN INSERT OR IGNORE INTO album_wish (album_id, upload_id) "
        "VALUES (new.album_id, new.upload_id); SELECT RAISE(IGNORE); END"
    )
    op.execute(
        "CREATE TRIGGER wish_again AFTER UPDATE OF is_approved ON upload "
        "WHEN old.is_approved AND NOT new.is_approved "
        "BEGIN INSERT OR IGNORE INTO album_wish (album_id, upload_id) "
        "SELECT album_id, upload_id FROM album_upload "
        f"WHERE upload_id = new.id AND {is_open('album_upload.album_id')}; "
        "DELETE FROM album_upload WHERE upload_id = new.id AND album_id IN "
        "(SELECT album_id FROM album_wish WHERE upload_id = new.id); END"
    )
    changes = {
        "album_opens": ("UPDATE OF visibility ON album", "new.id", "new.visibility <> 'private'"),
        "member_opens": ("INSERT ON album_member", "new.album_id", "1"),
        "link_opens": ("INSERT ON share_link", "new.album_id", "new.album_id IS NOT NULL"),
        "link_opens_again": (
            "UPDATE OF is_revoked ON share_link",
            "new.album_id",
            "new.album_id IS NOT NULL AND NOT new.is_revoked",
        ),
    }
    for name, (event, album, when) in changes.items():
        op.execute(f"CREATE TRIGGER {name} AFTER {event} WHEN {when} BEGIN {opens(album)} END")
    changes = {
        "album_closes": ("UPDATE OF visibility ON album", "new.id"),
        "member_closes": ("DELETE ON album_member", "old.album_id"),
        "link_closes": ("DELETE ON share_link", "old.album_id"),
        "link_is_revoked": ("UPDATE OF is_revoked ON share_link", "new.album_id"),
    }
    for name, (event, album) in changes.items():
        # an album that is being deleted takes its members and links with it
        is_there = f"EXISTS (SELECT 1 FROM album WHERE id = {album})"
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} WHEN {is_there} AND NOT {is_open(album)} "
            f"BEGIN {closes(album)} END"
        )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
