"""Random specs: blocks in blocks, repeats, conditions, variants, shared calls; small enough to run."""

from typing import Any

from hypothesis import strategies as st

from cnnshape.core.ids import LAYER_WARNINGS

ACTS = ("ReLU", "Hardswish", "Sigmoid", "Identity")


CONDITIONS = (
    *("flag", "not flag", "c > 4", "in_channels == c", "in_channels % 2 == 0 and flag", "k == 3 or c < 3", "true"),
)


def _call(draw: st.DrawFn, known: list[str]) -> dict[str, Any]:
    """A call of a block that is known, with arguments that hang on variables, channels and the index."""
    entry: dict[str, Any] = {"block": draw(st.sampled_from(known))}
    widths = ["c", "in_channels", "2 * in_channels", "max(1, c // 2)", 3, 4]
    if draw(st.booleans()):
        entry["repeat"] = draw(st.sampled_from(["n", 2, 1, "n - 1", "2 if flag else 1"]))
        widths += ["c + i", "3 if i == 0 else c"]
        if draw(st.booleans()):
            entry["first"] = {"k": 1} | ({"s": 2} if draw(st.booleans()) else {})
    entry["c"] = draw(st.sampled_from(widths))
    if draw(st.booleans()):
        entry["flag"] = draw(st.sampled_from([True, False, "flag", "not flag", "c > 4"]))
    if draw(st.booleans()):
        entry["act"] = draw(st.sampled_from([*ACTS, "act", "ReLU if flag else act"]))
    if draw(st.integers(0, 3)) == 0:
        entry["when"] = draw(st.sampled_from(CONDITIONS))
    if draw(st.integers(0, 3)) == 0:
        entry["trainable"] = draw(st.booleans())
    if draw(st.integers(0, 3)) == 0:
        entry["ignore"] = [draw(st.sampled_from([*LAYER_WARNINGS]))]
    return entry


def _layer(draw: st.DrawFn) -> Any:
    kind = draw(st.sampled_from(["conv", "conv", "norm", "act", "depthwise", "gate"]))
    if kind == "conv":
        entry = {"op": "Conv2d", "out_channels": "c", "kernel_size": "k", "padding": "k // 2", "bias": "flag"}
        return entry | ({"stride": "s"} if draw(st.booleans()) else {})
    if kind == "depthwise":
        width = "in_channels"
        return {"op": "Conv2d", "out_channels": width, "kernel_size": 3, "padding": 1, "groups": width, "when": "flag"}
    if kind == "norm":
        return "BatchNorm2d"
    return {"op": "act"} if kind == "act" else {"op": "AvgPool2d", "kernel_size": 3, "stride": 1, "padding": 1}


def _layers(draw: st.DrawFn, known: list[str]) -> dict[str, Any]:
    layers: dict[str, Any] = {}
    name = ""
    for number in range(draw(st.integers(1, 4))):
        before, name = name, f"l{number}"
        choice = draw(st.integers(0, 5)) if known else 5
        if choice < 3:
            layers[name] = entry = _call(draw, known)
            if before and entry.get("repeat", 1) in (1, 2) and "when" not in entry and draw(st.booleans()):
                layers[f"{name}s"] = {"shares": name, "from": before}
                layers[f"{name}a"] = {"op": "Add", "from": [name, f"{name}s"]}
                name = f"{name}a"
        elif choice == 3 and number:
            layers[f"{name}a"] = {"op": "Conv2d", "out_channels": "in_channels", "kernel_size": 1}
            layers[name] = {"op": draw(st.sampled_from(["Concat", "Add"])), "from": [f"{name}a", before]}
        else:
            layers[name] = _layer(draw)
    layers["end"] = draw(st.sampled_from(["ReLU", {"op": "act"}, "BatchNorm2d"]))
    return layers


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """A spec as a mapping: every one of its variants is legal; shrinks towards one convolution."""
    variables: dict[str, Any] = {"c": "required", "k": 3, "s": 1, "flag": True, "n": 2, "act": "ReLU"}
    blocks: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 3))):
        blocks[f"b{number}"] = {"vars": variables, "layers": _layers(draw, list(blocks))}
    top: dict[str, Any] = {"c": draw(st.integers(1, 6)), "k": draw(st.sampled_from([1, 3])), "s": 1}
    top |= {"flag": draw(st.booleans()), "n": draw(st.integers(1, 3)), "act": draw(st.sampled_from(ACTS))}
    layers = {"stem": {"op": "Conv2d", "out_channels": "c", "kernel_size": 3, "padding": 1}}
    layers |= _layers(draw, list(blocks))
    variants = {"a": {}, "b": {"flag": not top["flag"], "n": draw(st.integers(1, 3))}, "c": {"act": "Sigmoid", "c": 5}}
    return {
        "cnnshape": 1,
        "input": [draw(st.integers(1, 3)), 9, 9],
        "vars": top,
        "variants": variants,
        "blocks": blocks,
        "layers": layers,
    }
