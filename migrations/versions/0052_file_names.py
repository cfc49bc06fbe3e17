"""NEUTRAL_NAMES became FILE_NAMES"""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "INSERT OR IGNORE INTO setting (name, value) "
        "SELECT 'FILE_NAMES', CASE value WHEN 'true' THEN 'random' ELSE 'original' END "
        "FROM setting WHERE name = 'NEUTRAL_NAMES'"
    )
    op.execute("DELETE FROM setting WHERE name = 'NEUTRAL_NAMES'")


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
