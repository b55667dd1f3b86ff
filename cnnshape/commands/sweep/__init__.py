"""``cnnshape sweep`` and `cnnshape.sweep`: the figures of many variants of a net at once."""
