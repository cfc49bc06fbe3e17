"""people have more defaults of their uploads"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade():
    for name in ("default_album", "expiration", "strip"):
        op.add_column("user", sa.Column(name, sa.String(), nullable=True))


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
