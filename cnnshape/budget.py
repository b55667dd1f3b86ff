"""Moved: see `cnnshape.commands.check`."""

from cnnshape.core.moved import moved

moved(__name__, "cnnshape.commands.check")
