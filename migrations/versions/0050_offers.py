"""people can hand all of their files to another one"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "offer",
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["user.id"], name="fk_offer_giver_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["taker_id"], ["user.id"], name="fk_offer_taker_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("giver_id", name="pk_offer"),
    )
    op.create_index("ix_offer_taker_id", "offer", ["taker_id"])


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
