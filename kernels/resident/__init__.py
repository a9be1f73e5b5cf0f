"""Routing keys resident on devices: append-only blocks, and the best documents of all of them.

A block holds a bounded number of chunks on one device. A view is what one committed state sees of a block. Nothing here
knows files, models or documents' text.
"""
