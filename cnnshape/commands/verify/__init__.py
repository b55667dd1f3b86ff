"""``cnnshape verify``: every layer against a forward pass in PyTorch."""
