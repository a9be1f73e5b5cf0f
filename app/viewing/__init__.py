"""A memory in its place: the page, picture or text that it comes from, and what of it has changed."""
