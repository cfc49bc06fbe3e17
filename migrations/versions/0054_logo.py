"""the logo of the site"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "logo",
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("public_id", name="pk_logo"),
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
