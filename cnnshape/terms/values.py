"""Moved: see `cnnshape.symbolic.evaluation`."""

from cnnshape.core.moved import moved

moved(__name__, "cnnshape.symbolic.evaluation")
