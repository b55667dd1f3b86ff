"""``cnnshape explain`` and `cnnshape.explain`: why a figure is what it is."""
