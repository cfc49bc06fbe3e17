"""what was sent is kept where another file was made of it"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("upload", sa.Column("sent_format", sa.String(), nullable=True))
    op.add_column(
        "upload", sa.Column("sent_size", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade():
    op.execute("ALTER TABLE upload DROP COLUMN sent_size")
    op.execute("ALTER TABLE upload DROP COLUMN sent_format")
