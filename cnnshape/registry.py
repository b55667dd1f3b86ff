"""Moved: see `cnnshape.layers.registry`."""

from cnnshape.core.moved import moved

moved(__name__, "cnnshape.layers.registry")
