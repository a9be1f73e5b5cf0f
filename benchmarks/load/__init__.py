"""A day of use in minutes: what a server that runs holds of memory, descriptors and threads."""
