"""``cnnshape expand``: a spec with every block, variable and repeat written out."""
