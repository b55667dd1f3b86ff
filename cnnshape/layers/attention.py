"""Attention with several heads."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal, final

from pydantic import Field
from typing_extensions import override

from cnnshape.core.dims import Dim, Shape, both, divides, equal
from cnnshape.core.errors import divisors
from cnnshape.layers.base import Layer, Need, Ops, Tap, Taps, stated
from cnnshape.layers.fields import Number, Size
from cnnshape.layers.index_maps import POINTWISE


def _or(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


@final
class MultiheadAttention(Layer):
    """Scaled dot-product attention in several heads, with its projections in and out.

    One input attends to itself; three are query, key and value.  Only the attended values are put out.  The batch of
    a spec is axis 0, so it states ``batch_first``; without it, as in torch, axis 0 is what is attended over.

    Shapes, with ``batch_first``; without it, torch's default, the first two axes are ``L, N`` and ``S, N``::

        query   (N, L, E)                 out  (N, L, E)
        key     (N, S, kdim)
        value   (N, S, vdim)
        in_proj_weight  (3 E, E)          where kdim and vdim are E, else
        q_proj_weight   (E, E)            k_proj_weight  (E, kdim)        v_proj_weight  (E, vdim)
        in_proj_bias    (3 E,)            bias_k         (1, 1, E)        bias_v         (1, 1, E)
        out_proj.weight (E, E)            out_proj.bias  (E,)

    ``add_bias_kv`` and ``add_zero_attn`` make S one longer each, S' in all.

    Cost: MACs of the projections, ``N E (2 L E + S kdim + S vdim)``, and of ``Q K^T`` and the weighted values,
    ``2 N L S' E``.  Beside them: one add per element for each bias of a projection, ``N L E`` multiplications for the
    scale, and the softmax over the rows of S' scores, ``N h L`` of them for h heads: per row S' - 1 compares,
    2 S' - 1 adds, S' exp and S' divisions.

    References: Vaswani et al. 2017, section 3.2; ``torch.nn.MultiheadAttention``.

    >>> MultiheadAttention(num_heads=12, batch_first=True).output((1, 197, 768))
    (1, 197, 768)
    """

    ranks = (3,)
    axes = "N, L, E"
    torch_name = "MultiheadAttention"
    torch_from_input: ClassVar[Mapping[str, int]] = {"embed_dim": 2}

    embed_dim: Size | None = Field(
        default=None, description="the features of the query; read from the input, checked where it is stated"
    )
    num_heads: Size = Field(description="into how many heads the features are split")
    dropout: Number = Field(default=0.0, description="the share that training drops; it changes no figure")
    bias: bool = Field(default=True, description="a learned shift is added")
    add_bias_kv: bool = Field(default=False, description="a learned key and value are added to the sequence")
    add_zero_attn: bool = Field(default=False, description="a key and value of zeros are added to the sequence")
    kdim: Size | None = Field(
        default=None, description="the features of the key; read from the input, checked where it is stated"
    )
    vdim: Size | None = Field(
        default=None, description="the features of the value; read from the input, checked where it is stated"
    )
    batch_first: bool = Field(
        default=False, description="axes are (batch, sequence, features); otherwise the sequence is first"
    )

    @override
    def needs(self, query: Shape, key: Shape | None = None, value: Shape | None = None) -> Iterator[Need]:
        two = key is not None and value is None
        yield Need(not two, "attention takes one input or three: query, key and value")
        key, value = _or(key, query), _or(value, query)
        embed, heads = query[2], self.num_heads
        yield from stated("embed_dim", self.embed_dim, embed)
        split = "embed_dim={embed} does not split into num_heads={heads}"
        values = {"embed": embed, "heads": heads, "query": query, "key": key, "value": value}
        yield Need(divides(heads, embed), split, values, lambda: f"num_heads must divide {embed}: {divisors(embed)}")
        for name, given in (("key", key), ("value", value)):
            yield Need(equal(len(given), 3), f"{name} {{{name}}} does not have three axes", values)
        for left, right in zip(key[:2], value[:2], strict=True):
            yield Need(equal(left, right), "key {key} and value {value} differ in length or batch", values)
        batch = self._batch_axis()
        yield Need(equal(query[batch], key[batch]), "query {query} and key {key} differ in their batch", values)
        for name, found, taken in (("kdim", key[2], self.kdim), ("vdim", value[2], self.vdim)):
            values = {"name": name, "found": found, "taken": _or(taken, embed)}
            text = "{name} is {taken} and the input has {found} features"
            yield Need(equal(found, _or(taken, embed)), text, values, "state {name} where it is not embed_dim")

    @override
    def output(self, query: Shape, key: Shape | None = None, value: Shape | None = None) -> Shape:
        return query

    @override
    def weights(self, query: Shape, key: Shape | None = None, value: Shape | None = None) -> dict[str, Shape]:
        embed = query[2]
        weights: dict[str, Shape] = {}
        if self._packed(embed):
            weights["in_proj_weight"] = (3 * embed, embed)
        else:
            weights["q_proj_weight"] = (embed, embed)
            weights["k_proj_weight"] = (embed, _or(key, query)[2])
            weights["v_proj_weight"] = (embed, _or(value, query)[2])
        if self.bias:
            weights["in_proj_bias"] = (3 * embed,)
        if self.add_bias_kv:
            weights |= {"bias_k": (1, 1, embed), "bias_v": (1, 1, embed)}
        weights["out_proj.weight"] = (embed, embed)
        return weights | {"out_proj.bias": (embed,)} if self.bias else weights

    @override
    def ops(self, query: Shape, key: Shape | None = None, value: Shape | None = None) -> Ops:
        key, value = _or(key, query), _or(value, query)
        batch, time = self._batch_axis(), 1 - self._batch_axis()
        n, length, embed, source = query[batch], query[time], query[2], key[time]
        scored = source + (1 if self.add_bias_kv else 0) + (1 if self.add_zero_attn else 0)
        rows = n * length * self.num_heads
        projections = n * embed * (2 * length * embed + source * key[2] + source * value[2])
        biases = n * embed * (2 * length + 2 * source) if self.bias else 0
        return Ops(
            mac=projections + 2 * n * length * scored * embed,
            add=biases + rows * (2 * scored - 1),
            mul=n * length * embed,
            div=rows * scored,
            compare=rows * (scored - 1),
            exp=rows * scored,
        )

    @override
    def taps(self, query: Shape, key: Shape | None = None, value: Shape | None = None) -> tuple[Taps, ...]:
        batch = self._batch_axis()
        kept, follows = Tap(batch, POINTWISE), Tap(1 - batch, POINTWISE)
        if key is None:
            return (self._axes(kept, None),)
        return self._axes(kept, follows), self._axes(kept, None), self._axes(kept, None)

    def _axes(self, batch: Tap, time: Tap | None) -> Taps:
        return (batch, time, None) if self.batch_first else (time, batch, None)

    def _batch_axis(self) -> Literal[0, 1]:
        return 0 if self.batch_first else 1

    def _packed(self, embed: Dim) -> bool:
        """Whether torch keeps one projection of query, key and value, which holds as much as three."""
        if self.kdim is None and self.vdim is None:
            return True
        same = both(equal(_or(self.kdim, embed), embed), equal(_or(self.vdim, embed), embed))
        return same is True  # only the names hang on it: open numbers keep three, of the same sizes
