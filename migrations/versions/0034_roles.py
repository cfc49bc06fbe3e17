"""people have one of three roles, and an account is active, waits for approval or is banned;
not only admins moderate
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("user", sa.Column("role", sa.String(), nullable=False, server_default="user"))
    op.add_column("user", sa.Column("state", sa.String(), nullable=False, server_default="active"))
    op.execute("UPDATE user SET role = 'admin' WHERE is_admin")
    op.execute("UPDATE user SET state = 'banned' WHERE is_banned")
    op.execute("ALTER TABLE user DROP COLUMN is_admin")
    op.execute("ALTER TABLE user DROP COLUMN is_banned")
    op.rename_table("opened_as_admin", "opened_as_moderator")
    for columns in (["user_id", "at"], ["public_id"]):
        name = "_".join(columns)
        op.drop_index(f"ix_opened_as_admin_{name}", "opened_as_moderator")
        op.create_index(f"ix_opened_as_moderator_{name}", "opened_as_moderator", columns)


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
