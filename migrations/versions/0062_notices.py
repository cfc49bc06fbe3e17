"""what is new in albums is told to their owners and members"""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("album_id", sa.Integer(), nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("is_seen", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_notice_user_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["album_id"], ["album.id"], name="fk_notice_album_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["share_link.id"], name="fk_notice_link_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name="fk_notice_by_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name="fk_notice_upload_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_user_id_at", "notice", ["user_id", "at"])
    op.create_index("ix_notice_unseen", "notice", ["user_id"], sqlite_where=sa.text("NOT is_seen"))
    for column in ("album_id", "link_id", "by_id", "upload_id"):
        op.create_index(f"ix_notice_{column}", "notice", [column])


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
