"""a heart of each member, which `likes` counts"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "heart",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_heart_user_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name="fk_heart_upload_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "upload_id", name="pk_heart"),
    )
    op.create_index("ix_heart_upload_id", "heart", ["upload_id"])
    op.execute(
        "CREATE TRIGGER heart_insert AFTER INSERT ON heart BEGIN "
        "UPDATE upload SET likes = likes + 1 WHERE id = new.upload_id; END"
    )
    op.execute(
        "CREATE TRIGGER heart_delete AFTER DELETE ON heart BEGIN "
        "UPDATE upload SET likes = likes - 1 WHERE id = old.upload_id; END"
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
