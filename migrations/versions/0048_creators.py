"""invitations work for as long as their creator could make them

Who had made one and has no account any more can't be told from the command line: those end.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "invitation",
        sa.Column("is_of_site", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
