"""row ids of what was deleted are never used again

A row's number may be known to somebody who is about to write: it must not mean another row by then.
Only the word AUTOINCREMENT is added to the tables' text, which changes nothing that they hold
(https://sqlite.org/lang_altertable.html, 8: such changes need no new table).
"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TABLES = ("upload", "album", "user", "tag", "category", "user_session", "api_key")
PLAIN, NEVER_AGAIN = "PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)"


def upgrade():
    op.execute("CREATE TABLE sequences (id INTEGER PRIMARY KEY AUTOINCREMENT)")
    op.execute("DROP TABLE sequences")  # SQLite's own table of the highest ids stays
    connection = op.get_bind()
    (version,) = connection.exec_driver_sql("PRAGMA schema_version").one()
    op.execute("PRAGMA writable_schema = ON")
    for table in TABLES:
        changed = connection.exec_driver_sql(
            f"UPDATE sqlite_master SET sql = replace(sql, '{PLAIN}', '{NEVER_AGAIN}') "
            f"WHERE type = 'table' AND name = '{table}' AND sql LIKE '%{PLAIN}%'"
        )
        if changed.rowcount != 1:
            raise RuntimeError(f"The table {table} has another primary key")
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
    for table in TABLES:
        op.execute(
            f"INSERT INTO sqlite_sequence (name, seq) "
            f"SELECT '{table}', coalesce(max(id), 0) FROM \"{table}\""
        )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
