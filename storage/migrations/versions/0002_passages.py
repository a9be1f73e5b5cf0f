"""Documents know their passage in the file and the chat they were saved from; the queue has an index in its own order.

Documents from before get their `body_hash` when their file is read the next time; an edit made before that is kept, but
cannot be told from a passage that the file lost.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("documents", sa.Column("body_hash", sa.String(), server_default="", nullable=False))
    op.add_column(
        "documents", sa.Column("outdated", sa.Boolean(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("documents", sa.Column("message_id", sa.Integer(), nullable=True))
    op.create_index("ix_documents_message_id", "documents", ["message_id"])
    op.create_index("ix_files_source_id_state", "files", ["source_id", "state"])
    op.create_index("ix_files_queue", "files", ["state", "attempts", "mtime_ns"])
    op.drop_index("ix_files_source_id", "files")
    op.drop_index("ix_files_state", "files")
