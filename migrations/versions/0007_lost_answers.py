"""which browser session a guest's upload came from, so that it can ask whether its file arrived"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("upload", sa.Column("guest_session", sa.String()))


def downgrade():
    op.execute("ALTER TABLE upload DROP COLUMN guest_session")
