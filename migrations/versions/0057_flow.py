"""what comes in and what goes is counted by quarters of an hour, and what is kept by kind

Triggers count, so that the overview of the administration takes as long with a million uploads as
with ten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

# Without parts of a second, which SQLite rounds up
QUARTER = "CAST(strftime('%s', substr({0}, 1, 19)) AS INTEGER) / 900"
KIND = "CASE WHEN {0}kind = 'video' THEN 2 ELSE {0}is_animated END"
DERIVATIVES = (
    "{0}thumb_size + {0}medium_size + coalesce({0}tile_size, 0) + {0}frame_size "
    "+ coalesce({0}preview_size, 0)"
)
ORIGINALS = "{0}sent_size + {0}scrubbed_size"
CHANGING = (
    "kind, is_animated, size, thumb_size, medium_size, tile_size, frame_size, preview_size, "
    "sent_size, scrubbed_size"
)


def upgrade():
    _flow()
    _kinds()


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")


def _flow():
    op.create_table(
        "flow",
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("uploads", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("freed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", name="pk_flow"),
    )
    op.execute(
        f"INSERT INTO flow SELECT {QUARTER.format('received_at')}, count(*), sum(kept_bytes), 0 "
        "FROM upload GROUP BY 1"
    )
    add = "INSERT INTO flow (quarter, uploads, bytes, freed) VALUES ({}) ON CONFLICT DO UPDATE SET "
    came = add.format(f"{QUARTER.format('new.received_at')}, 1, new.kept_bytes, 0")
    went = add.format(f"{QUARTER.format(repr('now'))}, 0, 0, old.kept_bytes")
    more = add.format(
        f"{QUARTER.format(repr('now'))}, 0, max(0, new.kept_bytes - old.kept_bytes), "
        "max(0, old.kept_bytes - new.kept_bytes)"
    )
    bytes_too = "bytes = bytes + excluded.bytes, freed = freed + excluded.freed;"
    op.execute(
        f"CREATE TRIGGER flow_insert AFTER INSERT ON upload BEGIN {came} uploads = uploads + 1, "
        f"{bytes_too} END"
    )
    op.execute(f"CREATE TRIGGER flow_delete AFTER DELETE ON upload BEGIN {went} {bytes_too} END")
    op.execute(
        "CREATE TRIGGER flow_update AFTER UPDATE ON upload WHEN old.kept_bytes <> new.kept_bytes "
        f"BEGIN {more} {bytes_too} END"
    )


def _kinds():
    op.create_table(
        "kind_tally",
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("uploads", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("derivatives", sa.Integer(), nullable=False),
        sa.Column("originals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_kind_tally"),
    )
    op.execute(
        f"INSERT INTO kind_tally SELECT {KIND.format('')}, count(*), sum(size), "
        f"sum({DERIVATIVES.format('')}), sum({ORIGINALS.format('')}) FROM upload GROUP BY 1"
    )
    columns = ("uploads", "files", "derivatives", "originals")
    more = (
        f"INSERT INTO kind_tally (kind, {', '.join(columns)}) VALUES ({KIND.format('new.')}, 1, "
        f"new.size, {DERIVATIVES.format('new.')}, {ORIGINALS.format('new.')}) "
        "ON CONFLICT DO UPDATE SET "
        + ", ".join(f"{name} = {name} + excluded.{name}" for name in columns)
        + ";"
    )
    fewer = (
        "UPDATE kind_tally SET uploads = uploads - 1, files = files - old.size, "
        f"derivatives = derivatives - ({DERIVATIVES.format('old.')}), "
        f"originals = originals - ({ORIGINALS.format('old.')}) WHERE kind = {KIND.format('old.')};"
    )
    op.execute(f"CREATE TRIGGER kind_tally_insert AFTER INSERT ON upload BEGIN {more} END")
    op.execute(f"CREATE TRIGGER kind_tally_delete AFTER DELETE ON upload BEGIN {fewer} END")
    op.execute(
        f"CREATE TRIGGER kind_tally_update AFTER UPDATE OF {CHANGING} ON upload "
        f"BEGIN {fewer} {more} END"
    )
