"""uploads know whether browsers show them"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "upload", sa.Column("is_playable", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade():
    with op.batch_alter_table("upload") as batch:
        batch.drop_column("is_playable")
