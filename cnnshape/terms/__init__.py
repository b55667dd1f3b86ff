"""Moved: see `cnnshape.symbolic`."""
