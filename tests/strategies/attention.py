"""Attention: one input or three, every mode, keys and values of their own sizes."""

from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.strategies.case import Case

_MODES = {
    "bias": st.booleans(),
    "add_bias_kv": st.booleans(),
    "add_zero_attn": st.booleans(),
    "dropout": st.sampled_from([0.0, 0.1]),
}


@st.composite
def attention(draw: st.DrawFn, off: SearchStrategy[int]) -> Case:
    """Heads that divide the embedding, inputs that fit, all off by so many; shrinks towards one head of size 1."""
    heads, per = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    embed = heads * per
    n, length, source = draw(st.integers(1, 3)), draw(st.integers(1, 6)), draw(st.integers(1, 6))
    fields: dict[str, Any] = draw(st.fixed_dictionaries({}, optional=_MODES)) | {"num_heads": heads + draw(off)}
    batch_first = draw(st.booleans())
    if batch_first:
        fields["batch_first"] = True
    if draw(st.booleans()):
        fields["embed_dim"] = embed + draw(off)
    own = draw(st.booleans())
    width = {name: draw(st.sampled_from([embed, 3, 5])) if own else embed for name in ("kdim", "vdim")}
    three = own or draw(st.booleans())
    for name, size in width.items():
        if size != embed or draw(st.booleans()):
            fields[name] = size + draw(off)
    event("kdim or vdim of its own" if own else "three inputs" if three else "self-attention")
    inputs = [(n, length, embed)]
    if three:
        inputs += [(n + draw(off), source + draw(off), size + draw(off)) for size in width.values()]
    turned = tuple(shape if batch_first else (shape[1], shape[0], shape[2]) for shape in inputs)
    return Case("MultiheadAttention", fields, turned)


VALID: dict[str, SearchStrategy[Case]] = {"MultiheadAttention": attention(st.just(0))}
WILD: dict[str, SearchStrategy[Case]] = {"MultiheadAttention": attention(st.sampled_from([0, 0, 0, 0, 0, 1]))}
