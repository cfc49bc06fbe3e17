"""people have a display name, a text about themselves and a time zone"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade():
    for name in ("display_name", "bio", "time_zone"):
        op.add_column("user", sa.Column(name, sa.String(), nullable=True))


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
