"""``cnnshape report``: the table of layers and the summary of a net."""
