"""``cnnshape formula`` and `cnnshape.formula`: a figure over the sizes that stay open, and where it holds."""
