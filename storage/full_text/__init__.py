"""The full-text index: what of a text is indexed, and how the index comes to hold it. Queries are in `storage.search`."""
