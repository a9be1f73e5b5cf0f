"""What days an answer's words mean, and how a day is said."""
