"""What is read of the pictures of a source: nothing, their text, or also photos without text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("sources", sa.Column("pictures", sa.String(), nullable=False, server_default="text"))
