"""Sweeps in every format."""
