"""Moved: see `cnnshape.core.errors`."""

from cnnshape.core.moved import moved

moved(__name__, "cnnshape.core.errors")
