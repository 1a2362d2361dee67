"""Alembic's entry: migrations run inside the transaction that storage.schema has opened."""

from alembic import context

from console.storage.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
