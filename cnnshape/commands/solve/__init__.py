"""``cnnshape solve`` and `cnnshape.solve`: the values at which a net is largest or smallest under conditions."""
