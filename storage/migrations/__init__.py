"""Alembic migrations of doppel.db; applied by `storage.store` when an archive is opened."""
