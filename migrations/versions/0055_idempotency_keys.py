"""an upload that is sent again with its key is one upload"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "idempotency_key",
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_idempotency_key_user_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name="fk_idempotency_key_upload_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("key_hash", name="pk_idempotency_key"),
    )
    for column in ("user_id", "claimed_at", "upload_id"):
        op.create_index(f"ix_idempotency_key_{column}", "idempotency_key", [column])


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
