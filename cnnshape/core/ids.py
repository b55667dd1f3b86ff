"""The ids of warnings and errors: each names one kind and keeps its meaning, so that specs and scripts can name it."""

from typing import Final

LAYER_WARNINGS: Final = {
    "misaligned-merge": "a layer merges values whose positions do not lie at the same place of the input",
    "mixed-samples": "a layer mixes the samples of a batch",
    "unused-layer": "a layer that `unused` names reaches no output",
}
"""What may be noticed of a layer, by id."""

NET_WARNINGS: Final = {
    "unused-variable": "nothing uses a variable",
    "unused-block": "nothing calls a block",
    "unused-input": "nothing reads an input",
}
"""What may be noticed of a whole net, by id."""

WARNINGS: Final = LAYER_WARNINGS | NET_WARNINGS

ERRORS: Final = {
    "unreadable-file": "a file does not exist, cannot be opened, is too long, or is not UTF-8",
    "invalid-yaml": "the text of a file is not YAML, or uses what a spec cannot hold",
    "missing-key": "a key, field or variable that is required is missing",
    "unknown-key": "a key or field does not exist",
    "invalid-value": "a key or field has a value of the wrong type or out of range",
    "invalid-expression": "an expression cannot be read, or has no value",
    "unknown-name": "a name does not exist: an op, a layer, a block, a variable, a metric, ...",
    "invalid-spec": "a spec, a budget or a baseline breaks another rule of its format",
    "dead-layer": "a layer reaches no output and is not in `unused`",
    "shape-mismatch": "a layer cannot take its inputs",
    "invalid-usage": "a command or a call is given something that it cannot use",
    "plugin-failed": "a layer of another package cannot be imported, or fails",
    "missing-package": "an optional package is not installed",
    "git-failed": "git is missing, or does not give what is asked of it",
    "output-failed": "what a command writes cannot be written",
    "out-of-memory": "there is not enough memory",
}
"""What stops a command or a call, by id."""
