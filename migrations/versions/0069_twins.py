"""files with the same bytes are listed, and addresses of merged ones lead to the one that is kept

Triggers keep a row for each bytes that somebody has more than once, so that no page counts. What is
in the bin, or a version that was replaced, is none of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

HERE = "binned_at IS NULL AND version_of_id IS NULL"
# the index by bytes finds few rows; that by owners, all that somebody has
SAME = "FROM upload WHERE source_sha256 = {row}.source_sha256 AND +user_id = {row}.user_id AND "
COMES = (
    "INSERT INTO twin (user_id, sha256, newest) "
    "SELECT new.user_id, new.source_sha256, new.rank "
    "WHERE new.user_id IS NOT NULL AND new.binned_at IS NULL AND new.version_of_id IS NULL "
    f"AND EXISTS (SELECT 1 {SAME.format(row='new')} id <> new.id AND {HERE}) "
    "ON CONFLICT (user_id, sha256) DO UPDATE SET newest = max(newest, excluded.newest);"
)
GOES = (
    "DELETE FROM twin WHERE user_id = old.user_id AND sha256 = old.source_sha256 "
    f"AND (SELECT count(*) FROM (SELECT 1 {SAME.format(row='old')} {HERE} LIMIT 2)) < 2;"
)


def upgrade():
    op.create_table(
        "twin",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_twin_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "sha256", name="pk_twin"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_twin_user_id_newest", "twin", ["user_id", "newest"])
    op.execute(
        "INSERT INTO twin SELECT user_id, source_sha256, max(rank) FROM upload "
        f"WHERE user_id IS NOT NULL AND {HERE} GROUP BY user_id, source_sha256 HAVING count(*) > 1"
    )
    op.execute(f"CREATE TRIGGER twin_insert AFTER INSERT ON upload BEGIN {COMES} END")
    op.execute(f"CREATE TRIGGER twin_delete AFTER DELETE ON upload BEGIN {GOES} END")
    op.execute(
        "CREATE TRIGGER twin_update AFTER UPDATE OF user_id, source_sha256, binned_at, "
        f"version_of_id ON upload BEGIN {GOES} {COMES} END"
    )
    op.create_table(
        "moved_address",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("name", sa.String(collation="NOCASE"), nullable=False),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("derivative_extension", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name="fk_moved_address_upload_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row", name="pk_moved_address"),
        sa.UniqueConstraint("public_id", name="uq_moved_address_public_id"),
    )
    op.create_index("ix_moved_address_folder_name", "moved_address", ["folder", "name"])
    op.create_index("ix_moved_address_upload_id", "moved_address", ["upload_id"])
    op.execute(
        "CREATE TRIGGER moved_address_ends AFTER UPDATE OF binned_at ON upload "
        "WHEN old.binned_at IS NOT NULL AND new.binned_at IS NULL "
        "BEGIN DELETE FROM moved_address WHERE row = new.id; END"
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
