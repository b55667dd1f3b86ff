"""Attention with several heads, worked by hand."""

from typing import Any

import pytest

from cnnshape.layers.attention import MultiheadAttention
from cnnshape.layers.base import Tap
from cnnshape.layers.index_maps import POINTWISE
from tests.layers.worked import Refused, Worked

_OP = "MultiheadAttention"

WORKED = [
    Worked(
        _OP,
        {"num_heads": 12, "batch_first": True},
        ((1, 197, 768),),
        (1, 197, 768),
        "a block of ViT-B/16: four projections of 197 x 768 x 768, scores and values of 197 x 197 x 768; "
        "2,364 rows of 197 scores",
        {
            "in_proj_weight": (2304, 768),
            "in_proj_bias": (2304,),
            "out_proj.weight": (768, 768),
            "out_proj.bias": (768,),
        },
        ops={
            "mac": 4 * 116_195_328 + 2 * 29_805_312,
            "add": 4 * 151_296 + 2364 * 393,
            "mul": 151_296,
            "div": 465_708,
            "compare": 463_344,
            "exp": 465_708,
        },
    ),
    Worked(
        _OP,
        {"num_heads": 2, "bias": False, "add_bias_kv": True, "add_zero_attn": True, "kdim": 3, "vdim": 5},
        ((6, 1, 4), (7, 1, 3), (7, 1, 5)),
        (6, 1, 4),
        "query and out 2 x 6 x 4 x 4, key 7 x 3 x 4, value 7 x 5 x 4, 7 + 2 keys: 2 x 6 x 9 x 4; 12 rows of 9",
        {
            "q_proj_weight": (4, 4),
            "k_proj_weight": (4, 3),
            "v_proj_weight": (4, 5),
            "bias_k": (1, 1, 4),
            "bias_v": (1, 1, 4),
            "out_proj.weight": (4, 4),
        },
        ops={"mac": 192 + 84 + 140 + 432, "add": 12 * 17, "mul": 24, "div": 108, "compare": 96, "exp": 108},
    ),
]

_E4: dict[str, Any] = {"num_heads": 2, "batch_first": True}

REFUSED = [
    Refused(_OP, _E4, ((1, 6, 4), (1, 7, 4)), "attention takes one input or three: query, key and value"),
    Refused(
        _OP,
        _E4 | {"embed_dim": 8},
        ((1, 6, 4),),
        "embed_dim=8 is stated and the input has 4",
        hint="leave embed_dim out: it is read from the input",
    ),
    Refused(
        _OP,
        {"num_heads": 3},
        ((1, 6, 4),),
        "embed_dim=4 does not split into num_heads=3",
        hint="num_heads must divide 4: 1, 2, 4",
    ),
    Refused(_OP, _E4, ((1, 6, 4), (1, 4), (1, 7, 4)), "key (1, 4) does not have three axes"),
    Refused(_OP, _E4, ((1, 6, 4), (1, 7, 4), (1, 4)), "value (1, 4) does not have three axes"),
    Refused(_OP, _E4, ((1, 6, 4), (1, 7, 4), (1, 8, 4)), "key (1, 7, 4) and value (1, 8, 4) differ in length or batch"),
    Refused(_OP, _E4, ((1, 6, 4), (2, 7, 4), (2, 7, 4)), "query (1, 6, 4) and key (2, 7, 4) differ in their batch"),
    Refused(
        _OP,
        _E4,
        ((1, 6, 4), (1, 7, 3), (1, 7, 4)),
        "kdim is 4 and the input has 3 features",
        hint="state kdim where it is not embed_dim",
    ),
    Refused(
        _OP,
        _E4 | {"vdim": 5},
        ((1, 6, 4),),
        "vdim is 5 and the input has 4 features",
        hint="state vdim where it is not embed_dim",
    ),
]


@pytest.mark.parametrize(
    ("stated", "packed"), [({"kdim": 4, "vdim": 4}, True), ({"kdim": 4}, True), ({"vdim": 5}, False)]
)
def test_one_projection_where_keys_and_values_are_embeddings(stated: dict[str, Any], packed: bool) -> None:
    width = stated.get("vdim", 4)
    weights = MultiheadAttention(num_heads=2, **stated).weights((6, 1, 4), (7, 1, 4), (7, 1, width))
    assert ("in_proj_weight" in weights) is packed
    assert ("q_proj_weight" in weights) is not packed


def test_a_query_is_followed_and_keys_are_read_whole() -> None:
    n, length = Tap(1, POINTWISE), Tap(0, POINTWISE)
    query, key, value = MultiheadAttention(num_heads=1).taps((6, 1, 4), (7, 1, 4), (7, 1, 4))
    assert query == (length, n, None)
    assert key == value == (None, n, None)
    assert MultiheadAttention(num_heads=1).taps((6, 1, 4)) == ((None, n, None),)
