"""people and keys may say who can see what is uploaded; empty: the person's, the site's"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("user", sa.Column("visibility", sa.String(), nullable=True))
    op.add_column("api_key", sa.Column("visibility", sa.String(), nullable=True))


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
