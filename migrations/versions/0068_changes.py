"""what somebody changed, file by file, so that it can be undone"""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_change_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
        sa.UniqueConstraint("public_id", name="uq_change_public_id"),
    )
    op.create_index("ix_change_user_id_at", "change", ["user_id", "at", "id"])
    op.create_index("ix_change_at", "change", ["at"])
    op.create_table(
        "change_item",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Integer(), server_default="0", nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change.id"], name="fk_change_item_change_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name="fk_change_item_upload_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("change_id", "place", name="pk_change_item"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_change_item_upload_id", "change_item", ["upload_id"])
    op.create_index("ix_change_item_state", "change_item", ["change_id", "state", "place"])


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
