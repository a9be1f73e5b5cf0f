"""Words that a reader is trained to say and that the product knows again. Imports nothing, so that fronts stay quick."""

DECLINED = "I could not find that in your memory."


def declines(answer: str) -> bool:
    """Whether an answer says that nothing was found; saying nothing says so, too."""
    return not answer or answer.startswith(DECLINED)
