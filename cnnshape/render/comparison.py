"""Moved: see `cnnshape.commands.compare.render`."""

from cnnshape.core.moved import moved

moved(__name__, "cnnshape.commands.compare.render")
