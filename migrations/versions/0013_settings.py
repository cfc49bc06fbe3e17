"""settings that change while the site runs; the table that had their name holds facts of the
site
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    _rename("site_setting", "site_fact")


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")


def _rename(before, after):
    """With the key's name, which a plain renaming would leave as it was."""
    op.create_table(
        after,
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f(f"pk_{after}")),
    )
    op.execute(f"INSERT INTO {after} SELECT name, value FROM {before}")
    op.drop_table(before)
