"""Diffs in every format."""
