"""Moved: see `cnnshape.commands.compare.view`."""

from cnnshape.core.moved import moved

moved(__name__, "cnnshape.commands.compare.view")
