"""Questions whose answer has to be worked out from two readings, taken apart into two questions that can be read."""
