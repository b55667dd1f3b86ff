"""``cnnshape schema``: the JSON Schema of specs, of files of blocks, and of what commands print as JSON."""
