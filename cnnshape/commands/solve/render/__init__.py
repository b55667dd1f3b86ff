"""Solutions in every format."""
