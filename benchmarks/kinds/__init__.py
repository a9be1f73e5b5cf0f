"""Further inputs of the kinds of the cases, of other programs, languages and versions."""
