"""Everyday words in four languages, and how a question's words are found in a text of another language."""
