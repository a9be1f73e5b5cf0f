"""What goes wrong with a model's files."""


class CheckpointError(RuntimeError):
    """A model folder is missing something or does not fit its config; the message says what to do."""
