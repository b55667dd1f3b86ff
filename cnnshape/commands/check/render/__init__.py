"""Checks in every format."""
