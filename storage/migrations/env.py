"""Runs the migrations on the connection that `storage.sqlite.store.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from storage.sqlite.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
