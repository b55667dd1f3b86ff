"""``cnnshape conv``: the ways to build one convolution, side by side."""
