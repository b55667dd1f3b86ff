"""A spec expanded to layers with shapes: how blocks are built, what is dead or unused, hints for what does not fit."""

from cnnshape.core.moved import handed_on

__getattr__ = handed_on(__name__, "cnnshape.graph.graph")
