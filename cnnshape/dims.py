"""Moved: see `cnnshape.core.dims`."""

from cnnshape.core.moved import moved

moved(__name__, "cnnshape.core.dims")
