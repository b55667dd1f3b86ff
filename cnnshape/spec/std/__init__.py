"""Blocks in the spec language that come with the package: ``std/NAME``, a file for each."""
