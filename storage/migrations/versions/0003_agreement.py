"""Answers keep how far their readings agreed and what they were read from, so that a reopened chat shows it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("messages", sa.Column("agreement", sa.Float(), nullable=True))
    op.add_column("citations", sa.Column("read", sa.Boolean(), server_default=sa.text("1"), nullable=False))
