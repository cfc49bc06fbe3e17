"""a new upload's row strikes its files out of the journal"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("journal", sa.Column("upload", sa.String()))
    op.execute(
        "CREATE TRIGGER upload_strike_journal AFTER INSERT ON upload BEGIN "
        "DELETE FROM journal WHERE upload = new.public_id; END"
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
