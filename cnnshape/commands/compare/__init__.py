"""``cnnshape compare`` and `cnnshape.compare`: nets side by side."""
