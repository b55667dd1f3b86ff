"""Nets whose copies of blocks are alike but for one thing, and nets that name what is in a copy."""

from typing import Any, Final

CONV: Final = {"op": "Conv2d", "out_channels": "c", "kernel_size": 3, "padding": 1}

BLOCKS: Final[dict[str, Any]] = {
    "unit": {"vars": {"c": "in_channels", "bias": True}, "layers": {"conv": {**CONV, "bias": "bias"}, "act": "ReLU"}},
    "other": {"vars": {"c": "in_channels", "bias": True}, "layers": {"conv": {**CONV, "bias": "bias"}, "act": "SiLU"}},
    "pair": {
        "vars": {"c": "in_channels", "both": True},
        "layers": {
            "a": {"block": "unit", "c": "c"},
            "b": {"block": "unit", "repeat": 2, "c": "c", "when": "both"},
            "norm": "BatchNorm2d",
            "add": {"op": "Add", "from": ["norm", "a.conv"], "when": "both"},
        },
    },
    "sum": {"inputs": ["x", "y"],
            "layers": {"add": {"op": "Add", "from": ["x", "y"]}, "end": {"op": "Concat", "from": ["add", "y"]}}},
    "twins": {
        "layers": {
            "a": {"block": "unit"},
            "b": {"shares": "a", "from": "a"},
            "c": {"shares": "a.conv", "from": "b"},
            "stage": {"block": "unit", "repeat": 2},
            "again": {"shares": "stage", "from": "stage"},
        }
    },
    "nothing": {"layers": {"act": {"op": "ReLU", "when": False}}},
    "stride": {"vars": {"s": 1}, "layers": {"pool": {"op": "MaxPool2d", "kernel_size": 3, "stride": "s"}}},
    "grouped": {"vars": {"g": 1}, "layers": {"conv": {**CONV, "out_channels": 6, "groups": "g"}, "act": "ReLU"}},
    "beside": {"layers": {"bad": {**CONV, "out_channels": 4, "groups": 3}, "end": {"op": "ReLU", "from": "input"}}},
    "flat": {"layers": {"flat": {"op": "Reshape", "shape": [4, -1]}}},
    "unpool": {
        "inputs": ["x", "pool"],
        "layers": {"up": {"op": "MaxUnpool2d", "kernel_size": 2, "from": ["x", "pool"]}},
    },
    "leaf": {"layers": {"act": "ReLU"}},
    "through": {"vars": {"to": "round"}, "layers": {"x": {"block": "to"}}},
    "round": {"vars": {"to": "leaf"}, "layers": {"x": {"block": "to"}}},
    "sharing": {"inputs": ["x"], "layers": {"twin": {"shares": "x"}}},
}  # fmt: skip

POOL: Final = {"op": "MaxPool2d", "kernel_size": 2, "return_indices": True}


def net(layers: dict[str, Any], **top: Any) -> dict[str, Any]:
    """A spec of these layers, with the blocks that they may call."""
    return {"cnnshape": 1, "input": [4, 12, 12], "blocks": BLOCKS, "layers": layers, **top}


PAIRS: Final = {"one": {"block": "pair"}, "two": {"block": "pair"}, "three": {"block": "pair", "repeat": 3}}

NETS: Final[dict[str, dict[str, Any]]] = {
    "repeats": net({"stage": {"block": "pair", "repeat": 4, "first": {"c": 8}}, "end": "ReLU"}),
    "nested": net(PAIRS),
    "another template": net({"a": {"block": "unit"}, "b": {"block": "other"}, "c": {"block": "unit"}}),
    "other arguments": net({"a": {"block": "unit"}, "b": {"block": "unit", "c": 6}, "c": {"block": "unit", "c": 6}}),
    "a truth and a number": net({"a": {"block": "unit", "bias": True}, "b": {"block": "unit", "bias": 1}}),
    "arguments of a copy": net({"a": {"block": "unit", "repeat": 4, "c": "4 + i // 2"}}),
    "when": net({"a": {"block": "pair", "repeat": 4, "both": "i % 2 == 0"}}),
    "frozen": net({"a": {"block": "pair"}, "b": {"block": "pair", "trainable": False}, "c": {"block": "pair"}}),
    "ignoring": net({"a": {"block": "pair"}, "b": {"block": "pair", "ignore": ["unused-layer"]}}),
    "other shapes": net({"a": {"block": "stride", "s": 2}, "b": {"block": "stride", "s": 2}, "c": {"block": "stride"}}),
    "the same value twice": net(
        {
            "x": "ReLU", "y": "SiLU",
            "a": {"block": "sum", "from": ["x", "x"]}, "b": {"block": "sum", "from": ["x", "y"]},
            "c": {"block": "sum", "from": ["y", "y"]}, "d": {"block": "sum", "from": ["y", "x"]},
        },
        outputs=["a", "b", "c", "d"],
    ),
    "outputs inside": net({**PAIRS}, outputs=["two.a.conv", "three.2.add", "three.1", "three"]),
    "unused inside": net({**PAIRS, "end": {"op": "ReLU", "from": "two.a"}},
                         unused=["two.b", "two.norm", "two.add", "three"]),
    "dead inside": net({**PAIRS, "end": {"op": "ReLU", "from": "two.a"}}),
    "paths into copies": net(
        {
            **PAIRS, "next": {"op": "ReLU", "from": "three.2"},
            "x": {"op": "Concat", "from": ["one.a.conv", "two.b.1.act", "three.2.a", "three.0.b.0.conv"]},
            "y": {"block": "sum", "from": ["three.1.a", "two.a"]},
            "z": {"block": "sum", "from": ["three.2.a", "two.b"]},
            "end": {"op": "Concat", "from": ["x", "y", "z", "next"]},
        }
    ),
    "no such path": net({**PAIRS, "end": {"op": "ReLU", "from": ["two.a.cnv", "two.input", "three.3"]}}),
    "a path to what is left out": net({"a": {"block": "pair", "both": False}, "b": {"block": "pair", "both": False},
                                       "end": {"op": "ReLU", "from": "b.b.0"}}),
    "shares of a moved copy": net(
        {
            **PAIRS,
            "again": {"shares": "two"}, "once": {"shares": "three.2"}, "all": {"shares": "three"},
            "layer": {"shares": "two.b.1.conv"}, "inner": {"shares": "three.1.b"},
        }
    ),
    "shares in copies": net({"a": {"block": "twins"}, "b": {"block": "twins"}, "c": {"shares": "b"}}),
    "shares of another width": net({"a": {"block": "unit"}, "b": {"block": "unit"}, "c": {"block": "unit", "c": 8},
                                    "d": {"shares": "b"}}),
    "shares of an input": net({"b.x": {**CONV, "out_channels": 4}, "b": {"block": "sharing"},
                               "c": {"block": "sharing"}}),
    "nothing in a copy": net({"x": "ReLU", "a": {"block": "nothing"}, "b": {"block": "nothing", "repeat": 3},
                              "end": {"op": "Add", "from": ["b.2", "x"]}}),
    "taken paths": net({"a": {"block": "unit"}, "b.act": "ReLU", "b": {"block": "unit"}, "c": {"block": "unit"}}),
    "taken copies": net({"a": {"block": "unit"}, "b.1": "ReLU", "b": {"block": "unit", "repeat": 3}}),
    "paths taken later": net({"a": {"block": "pair"}, "b": {"block": "pair"}, "b.b.1.act": "ReLU"}),
    "failing copies": net({"a": {"block": "grouped", "g": 5}, "b": {"block": "grouped", "from": "input", "g": 5},
                           "c": {"block": "grouped", "repeat": 2, "from": "input", "g": 2}}),
    "failing beside the way": net({"a": {"block": "beside"}, "b": {"block": "beside", "repeat": 2}}),
    "failing later": net({"a": {"block": "stride", "s": 2, "repeat": 4}}),
    "the batch": net({"made": {"op": "Parameter", "shape": [2, 4, 12, 12]}, "a": {"block": "flat", "from": "made"},
                      "b": {"block": "flat", "from": "input"}}, outputs=["a", "b"]),
    "indices": net(
        {
            "p": POOL, "a": {"block": "unpool", "from": ["p", "p"]},
            "odd": {"op": "ZeroPad2d", "padding": [0, 1, 0, 1], "from": "input"}, "q": POOL,
            "b": {"block": "unpool", "from": ["q", "q"]}, "act": {"op": "ReLU", "from": "q"},
            "c": {"block": "unpool", "from": ["q", "act"]},
        },
        outputs=["a", "b", "c"],
    ),
    "recursion": net({"a": {"block": "through"}, "b": {"block": "round", "to": "through"}, "c": {"block": "through"}}),
    "library": net({"a": {"block": "std/conv_bn_act", "repeat": 3, "c": 4},
                    "b": {"block": "std/squeeze_excite", "repeat": 2}}),
}  # fmt: skip
