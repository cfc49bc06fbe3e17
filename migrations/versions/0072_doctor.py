"""what the doctor has found, and what it saw of derivatives, of which no row has a hash"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "known_damage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("damage", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("is_repaired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name="fk_known_damage_upload_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_known_damage"),
        sa.UniqueConstraint("damage", "path", name="uq_known_damage_damage_path"),
    )
    op.create_index("ix_known_damage_upload_id", "known_damage", ["upload_id"])
    op.create_index("ix_known_damage_ended_at", "known_damage", ["ended_at", "id"])
    op.create_table(
        "seen_sums",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("sums", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name="fk_seen_sums_upload_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", name="pk_seen_sums"),
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
