"""Answers keep how far their readings agreed, so that a reopened chat shows which ones were unsure."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("messages", sa.Column("agreement", sa.Float(), nullable=True))
