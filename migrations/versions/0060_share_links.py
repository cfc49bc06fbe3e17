"""links that share files with people without an account, who may add files"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "share_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("album_id", sa.Integer(), nullable=True),
        sa.Column("tag_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("password_key", sa.String(), nullable=True),
        sa.Column("download", sa.String(), server_default="file", nullable=False),
        sa.Column("max_views", sa.Integer(), nullable=True),
        sa.Column("views", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_revoked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("may_add", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("max_files", sa.Integer(), nullable=True),
        sa.Column("max_mb", sa.Integer(), nullable=True),
        sa.Column("added_files", sa.Integer(), server_default="0", nullable=False),
        sa.Column("added_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_share_link_user_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["album_id"], ["album.id"], name="fk_share_link_album_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tag.id"], name="fk_share_link_tag_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_share_link"),
        sa.UniqueConstraint("public_id", name="uq_share_link_public_id"),
        sa.UniqueConstraint("token_hash", name="uq_share_link_token_hash"),
    )
    op.create_index("ix_share_link_user_id_id", "share_link", ["user_id", "id"])
    op.create_index("ix_share_link_album_id", "share_link", ["album_id"])
    op.create_index("ix_share_link_tag_id", "share_link", ["tag_id"])
    op.create_table(
        "share_link_upload",
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["share_link.id"], name="fk_share_link_upload_link_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name="fk_share_link_upload_upload_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("link_id", "upload_id", name="pk_share_link_upload"),
    )
    op.create_index("ix_share_link_upload_upload_id", "share_link_upload", ["upload_id"])
    op.create_index(
        "ix_share_link_upload_link_id_position", "share_link_upload", ["link_id", "position"]
    )
    op.create_table(
        "contribution",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("is_waiting", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name="fk_contribution_upload_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["share_link.id"], name="fk_contribution_link_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("upload_id", name="pk_contribution"),
    )
    op.create_index("ix_contribution_link_id_upload_id", "contribution", ["link_id", "upload_id"])
    op.execute(
        "CREATE TRIGGER share_link_cleaned BEFORE INSERT ON share_link_upload WHEN EXISTS "
        "(SELECT 1 FROM upload WHERE id = new.upload_id AND leftovers IS NOT NULL) "
        "BEGIN SELECT RAISE(IGNORE); END"
    )
    op.execute(
        "CREATE TRIGGER share_link_waits AFTER INSERT ON share_link_upload BEGIN UPDATE upload SET "
        "waits_as = 'private' WHERE id = new.upload_id AND NOT is_approved AND waits_as IS NULL; "
        "END"
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
