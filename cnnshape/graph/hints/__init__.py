"""What to write instead: hints that look at the names, values and shapes of what failed.

Nothing here is imported before there is an error to explain.  A hint shows lines that can be copied into the spec.
"""
