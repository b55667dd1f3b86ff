"""The ids of what is noticed: each names one kind and keeps its meaning, so that specs can name it."""

from typing import Final

LAYER_WARNINGS: Final = {
    "misaligned-merge": "a layer merges values whose positions do not lie at the same place of the input",
    "mixed-samples": "a layer mixes the samples of a batch",
    "unused-layer": "a layer reaches no output",
}
"""What may be noticed of a layer, by id."""

NET_WARNINGS: Final = {
    "unused-variable": "nothing uses a variable",
    "unused-block": "nothing calls a block",
    "unused-input": "nothing reads an input",
}
"""What may be noticed of a whole net, by id."""

WARNINGS: Final = LAYER_WARNINGS | NET_WARNINGS
