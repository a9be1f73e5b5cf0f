"""What an archive of a given size needs of a machine, by formulas that a person can read."""
