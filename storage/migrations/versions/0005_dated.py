"""Documents are found by the days they speak of: an index on the first one, and the last one of those that speak of several.

Documents from before get their last day when their file is read the next time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("documents", sa.Column("date_last", sa.String(), nullable=True))
    op.create_index("ix_documents_date", "documents", ["date"])
