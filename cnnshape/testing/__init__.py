"""For the tests of packages that bring layers: `check_layer` holds a layer to what PyTorch does.  It imports torch."""

from cnnshape.testing.check import check_layer as check_layer
