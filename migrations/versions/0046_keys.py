"""what an API key may do, until when, into which album and how much at once; from where it was used

Keys from before go on as they did: they upload, for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ALTER TABLE api_key ADD COLUMN scope VARCHAR DEFAULT 'upload' NOT NULL")
    op.add_column("api_key", sa.Column("expires_at", sa.DateTime()))
    op.add_column("api_key", sa.Column("album_id", sa.String()))
    op.add_column("api_key", sa.Column("max_mb", sa.Integer()))
    op.add_column("api_key", sa.Column("last_used_from", sa.String()))


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
