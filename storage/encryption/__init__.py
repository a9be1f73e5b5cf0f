"""Encryption at rest: the key and its file, what it makes of the database and the other files, changing to it and back."""
