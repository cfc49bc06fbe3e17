"""sessions know their device and when it was last used, and can be ended one by one"""

import secrets
import string

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ALPHABET = string.ascii_letters + string.digits


def upgrade():
    op.add_column("user_session", sa.Column("public_id", sa.String(), nullable=True))
    op.add_column(
        "user_session", sa.Column("agent", sa.String(), nullable=False, server_default="")
    )
    op.add_column("user_session", sa.Column("last_used_at", sa.DateTime(), nullable=True))
    connection = op.get_bind()
    for (row,) in connection.execute(sa.text("SELECT id FROM user_session")).all():
        public_id = "".join(secrets.choice(ALPHABET) for _ in range(8))
        connection.execute(
            sa.text("UPDATE user_session SET public_id = :public_id WHERE id = :row"),
            {"public_id": public_id, "row": row},
        )
    op.create_index("ix_user_session_public_id", "user_session", ["public_id"], unique=True)


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
