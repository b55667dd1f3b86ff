"""Moved: see `cnnshape.layers.index_maps`."""

from cnnshape.core.moved import moved

moved(__name__, "cnnshape.layers.index_maps")
