"""A forget tells which memories say the same, whatever their files are called."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("ix_documents_body_hash", "documents", ["body_hash"])
