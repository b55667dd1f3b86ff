"""``cnnshape conventions``: what other tools count for a net, and why."""
