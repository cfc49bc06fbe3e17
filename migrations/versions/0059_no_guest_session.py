"""a guest's upload is asked for by its Idempotency-Key: no hash of the session is kept"""

from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ALTER TABLE upload DROP COLUMN guest_session")


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
