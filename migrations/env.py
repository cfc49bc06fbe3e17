"""How Alembic reaches the database: by the connection that `models.migrate` hands over, else
through the running application.

Each revision is one transaction: SQLite can do that, but Python's driver starts none before a
statement like CREATE TABLE.
"""

from alembic import context
from flask import current_app

from models import db
from models.migrate import transactional


def run(connection):
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is not None:
    run(connection)
else:
    with transactional(current_app.config["SQLALCHEMY_DATABASE_URI"]) as connection:
        run(connection)
