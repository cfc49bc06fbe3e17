"""people have a picture"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("user", sa.Column("portrait", sa.String(), nullable=True))
    op.create_table(
        "portrait",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_portrait_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_portrait"),
        sa.UniqueConstraint("public_id", name="uq_portrait_public_id"),
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
