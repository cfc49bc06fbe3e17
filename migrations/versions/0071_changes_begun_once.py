"""``form_hash`` is of the form that began a change, so that a second click begins no other"""

from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ALTER TABLE change ADD COLUMN form_hash VARCHAR")
    op.create_index("ix_change_form_hash", "change", ["form_hash"], unique=True)


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
