"""The full-text index takes in terms of our own making, so that texts in any language are found by their words.

The triggers and the view call SQL functions of `storage.full_text.terms`. The new index is empty here: opening the archive
fills it (`storage.full_text.index`), as it does whenever what a text gives has changed.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    "DROP TRIGGER documents_fts_insert",
    "DROP TRIGGER documents_fts_delete",
    "DROP TRIGGER documents_fts_update",
    "DROP TABLE documents_fts",
    """
    CREATE VIEW documents_indexed AS
        SELECT id, index_terms(title) AS title, index_terms(text) AS text, index_ends(text) AS ends FROM documents
    """,
    """
    CREATE VIRTUAL TABLE documents_fts USING fts5(
        title, text, ends, content = 'documents_indexed', content_rowid = 'id',
        tokenize = "porter unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
    )
    """,
    "CREATE VIRTUAL TABLE documents_fts_terms USING fts5vocab(documents_fts, row)",
    """
    CREATE TRIGGER documents_fts_insert AFTER INSERT ON documents BEGIN
        INSERT INTO documents_fts(rowid, title, text, ends)
        VALUES (new.id, index_terms(new.title), index_terms(new.text), index_ends(new.text));
    END
    """,
    """
    CREATE TRIGGER documents_fts_delete AFTER DELETE ON documents BEGIN
        INSERT INTO documents_fts(documents_fts, rowid, title, text, ends)
        VALUES ('delete', old.id, index_terms(old.title), index_terms(old.text), index_ends(old.text));
    END
    """,
    """
    CREATE TRIGGER documents_fts_update AFTER UPDATE OF title, text ON documents BEGIN
        INSERT INTO documents_fts(documents_fts, rowid, title, text, ends)
        VALUES ('delete', old.id, index_terms(old.title), index_terms(old.text), index_ends(old.text));
        INSERT INTO documents_fts(rowid, title, text, ends)
        VALUES (new.id, index_terms(new.title), index_terms(new.text), index_ends(new.text));
    END
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
