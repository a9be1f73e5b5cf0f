"""Files keep what of them was not read, documents where their date comes from.

Both are filled in when a file is read the next time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("files", sa.Column("unread", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("documents", sa.Column("date_source", sa.String(), server_default="", nullable=False))
