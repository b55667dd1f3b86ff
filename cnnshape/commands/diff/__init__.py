"""``cnnshape diff`` and `cnnshape.diff`: what changed between two versions of a net."""
