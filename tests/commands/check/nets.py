"""A net with a budget, as a file that tests write and change."""

from pathlib import Path
from typing import Any

import yaml

LAYERS = {
    "stem": {"op": "Conv2d", "out_channels": "width", "kernel_size": 3, "padding": 1},
    "body": {"block": "unit", "c": "2 * width", "repeat": 2},
    "pool": {"op": "AdaptiveAvgPool2d", "output_size": 1},
    "flatten": "Flatten",
    "top": {"op": "Linear", "out_features": 10},
}
UNIT = {"conv": {"op": "Conv2d", "out_channels": "c", "kernel_size": 3, "padding": 1}, "act": "ReLU"}


def net(*rules: dict[str, Any], width: int = 16, **top: Any) -> dict[str, Any]:
    """A small net of this width with these rules."""
    spec = {
        "cnnshape": 1,
        "name": "small",
        "input": [3, 32, 32],
        "vars": {"width": width},
        "variants": {"half": {"width": max(1, width // 2)}},
        "blocks": {"unit": {"vars": {"c": "required"}, "layers": UNIT}},
        "layers": LAYERS,
    }
    return spec | ({"budget": list(rules)} if rules else {}) | top


def write(file: Path, *rules: dict[str, Any], width: int = 16, **top: Any) -> str:
    """The net in a file, with a rule on a line; gives its name."""
    text = yaml.safe_dump(net(width=width, **top), sort_keys=False, default_flow_style=None, width=200)
    lines = [yaml.safe_dump(rule, sort_keys=False, default_flow_style=True, width=200).strip() for rule in rules]
    file.write_text(text + "".join(["budget:\n", *(f"- {line}\n" for line in lines)]) if rules else text)
    return str(file)
