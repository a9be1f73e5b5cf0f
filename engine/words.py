"""Words that a reader is trained to say and that the product knows again. Imports nothing, so that fronts stay quick."""

DECLINED = "I could not find that in your memory."
