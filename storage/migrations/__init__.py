"""Alembic migrations of doppel.db; applied by `storage.sqlite.store` when an archive is opened."""
