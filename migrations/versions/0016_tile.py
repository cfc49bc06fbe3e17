"""uploads have a picture for rows of listings; those of before get theirs little by little"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("upload", sa.Column("tile_size", sa.Integer(), nullable=True))
    op.execute(
        "INSERT INTO job (kind, key, payload, run_at, tries) "
        "SELECT 'tiles', 'tiles', '{}', strftime('%Y-%m-%d %H:%M:%f000', 'now'), 0 "
        "WHERE EXISTS (SELECT 1 FROM upload)"
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
