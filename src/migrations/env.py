"""Alembic's entry: it runs on the connection that `run.py` opened, and that connection's transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
