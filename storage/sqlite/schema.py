"""The tables of doppel.db.

* A document's row goes when the document goes; what stays is a tombstone that knows numbers only (which document,
  of which file and source), so that a later *forget* of the file still reaches old vectors and old quotations.
* `encodings` says which segment holds the valid vectors of a document, per bank. Every other copy is dead.
* `forgotten` keeps keyed hashes of paths and contents that may not come in again; the key is the archive's own.
* Document ids are part of what a model encodes, hence AUTOINCREMENT: never used twice.
* The full-text index `documents_fts` is external content (index only, the text is stored once) and kept by
  triggers, so no statement can forget it; its terms come from `storage.full_text.terms`.

Changing anything here needs a migration in `migrations/versions`.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    false,
    true,
)

from storage.sqlite.columns import CleanText, PathText

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", PathText, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("ignore", JSON, nullable=False),
    Column("polling", Boolean, nullable=False),
    Column("retention_days", Integer),
    Column("state", String, nullable=False),
    Column("reason", CleanText),
    Column("added_at", String, nullable=False),
    Column("pictures", String, nullable=False, server_default="text"),
    sqlite_autoincrement=True,
)

files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("path", PathText, nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("mtime_ns", Integer, nullable=False),
    Column("content_hash", String),
    Column("state", String, nullable=False),
    Column("reason", CleanText),
    Column("attempts", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("first_known_at", String, nullable=False),
    Column("updated_at", String, nullable=False),
    # what of the file was not read, and why: a list of short texts
    Column("unread", JSON, nullable=False, server_default="[]"),
    Index("ix_files_source_id_state", "source_id", "state"),
    # The order of the queue, so that the next file is found without sorting a million of them.
    Index("ix_files_queue", "state", "attempts", "mtime_ns"),
    sqlite_autoincrement=True,
)

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file_id", ForeignKey("files.id"), index=True),
    Column("ordinal", Integer, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("content_hash", String, nullable=False, index=True),
    Column("title", CleanText, nullable=False),
    Column("author", CleanText, nullable=False),
    Column("date", CleanText, index=True),
    Column("place", CleanText, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("created_at", String, nullable=False),
    Column("edited", Boolean, nullable=False),
    # of the passage as its file has it, without the line that says what it belongs to; an edit leaves it
    Column("body_hash", String, nullable=False, server_default="", index=True),
    # edited, and the file no longer has the passage that the edit corrected
    Column("outdated", Boolean, nullable=False, server_default=false()),
    # the answer that the person saved as this memory; no foreign key, since the chat may be deleted
    Column("message_id", Integer, index=True),
    # the last of the days it speaks of, where there are several; `date` is the first
    Column("date_last", String),
    # where the date comes from: "header", "message", "front matter", "file name", ...; "" for none
    Column("date_source", String, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

# What an edited document said before.
versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", CleanText, nullable=False),
    Column("until", String, nullable=False),
    sqlite_autoincrement=True,
)

# Who is named where, with what a document says of them; worked out from it by rules, and gone with it.
named = Table(
    "named",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", CleanText, nullable=False),
    Column("kind", String, nullable=False),
    Column("value", CleanText, nullable=False),
    Column("said_by", CleanText, nullable=False),
    sqlite_autoincrement=True,
)

# Which documents that was done for, and by which version of the rules.
named_read = Table(
    "named_read",
    metadata,
    Column(
        "document_id",
        ForeignKey("documents.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("rules", Integer, nullable=False),
)

# What the person says of people: a fact of their own, or a keyed hash of what is not to be shown. about: a keyed hash of
# whom, so that a removed name is not kept.
own_words = Table(
    "own_words",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("about", String, nullable=False, index=True),
    Column("action", String, nullable=False),
    Column("name", CleanText, nullable=False),
    Column("kind", String, nullable=False),
    Column("value", CleanText, nullable=False),
    Column("at", String, nullable=False),
    sqlite_autoincrement=True,
)

# Summaries that the person asked for: what was understood of the request, in how many passages it was looked for, and when.
# Of its sentences only their places are kept (below), so that no text of a memory stands in a second row.
summaries = Table(
    "summaries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", CleanText, nullable=False),
    Column("language", String, nullable=False),
    Column("topic", CleanText, nullable=False),
    Column("first", String),
    Column("last", String),
    Column("passages", Integer, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", String, nullable=False),
    sqlite_autoincrement=True,
)

# The passages that a summary went through, each as it was then, and the places of the lines that it took from it.
summary_passages = Table(
    "summary_passages",
    metadata,
    Column("summary_id", ForeignKey("summaries.id", ondelete="CASCADE"), primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("state", String, nullable=False),
    Column("lines", JSON, nullable=False),
)

# What the person removed and can bring back: the rows of a document and of its earlier texts, whole, until the term is over.
trash = Table(
    "trash",
    metadata,
    Column("document_id", Integer, primary_key=True, autoincrement=False),
    Column("file_id", Integer, index=True),
    Column("source_id", Integer, index=True),
    Column("row", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("removed_at", String, nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("document_id", Integer, primary_key=True, autoincrement=False),
    Column("file_id", Integer, index=True),
    Column("source_id", Integer, index=True),
    # deleted; erasing: must not be on disk any more, the vectors may still be; forgotten: nothing is left
    Column("state", String, nullable=False, index=True),
    Column("at", String, nullable=False),
)

banks = Table(
    "banks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String, nullable=False, unique=True),
    Column("layers", Integer, nullable=False),
    Column("kv_heads", Integer, nullable=False),
    Column("head_dim", Integer, nullable=False),
    Column("key_bits", Integer, nullable=False),
    Column("content_bits", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", String, nullable=False),
    sqlite_autoincrement=True,
)

segments = Table(
    "segments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("bank_id", ForeignKey("banks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String, nullable=False, unique=True),
    Column("checksum", String, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("created_at", String, nullable=False),
    sqlite_autoincrement=True,
)

encodings = Table(
    "encodings",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("bank_id", ForeignKey("banks.id", ondelete="CASCADE"), primary_key=True),
    Column("segment_id", ForeignKey("segments.id", ondelete="CASCADE"), nullable=False),
    Index("ix_encodings_segment_id_document_id", "segment_id", "document_id"),
    Index("ix_encodings_bank_id", "bank_id"),
    sqlite_with_rowid=False,
)

chats = Table(
    "chats",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", CleanText, nullable=False),
    Column("created_at", String, nullable=False),
    Column("updated_at", String, nullable=False),
    sqlite_autoincrement=True,
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("created_at", String, nullable=False),
    Column("erased", Boolean, nullable=False, server_default=false()),
    Column("agreement", Float, nullable=True),
    sqlite_autoincrement=True,
)

citations = Table(
    "citations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("document_id", Integer, nullable=False, index=True),
    Column("quote", CleanText, nullable=False),
    Column("score", Float, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("read", Boolean, nullable=False, server_default=true()),
)

# What the person says of an answer. kind: "wrong", or "passage": of the document that answers the question.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("document_id", Integer, index=True),
    Column("at", String, nullable=False),
    sqlite_autoincrement=True,
)

settings = Table(
    "settings",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", JSON),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("action", String, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("detail", JSON, nullable=False),
    sqlite_autoincrement=True,
)

forgotten = Table("forgotten", metadata, Column("hash", String, primary_key=True))
