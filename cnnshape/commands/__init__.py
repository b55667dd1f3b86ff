"""A folder for each command: its library call, its records, what it shows, and its options in ``cli``."""
