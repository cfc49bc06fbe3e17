"""albums keep an order by hand while they have another one"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "album", sa.Column("is_arranged", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute("UPDATE album SET is_arranged = 1 WHERE sort = 'hand'")


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
