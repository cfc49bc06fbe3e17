"""what has a tag is indexed anew by a job when the tag gets another name, not in its transaction"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("DROP TRIGGER upload_fts_tag_name")


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
