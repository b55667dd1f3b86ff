"""A whole analysis against torch: the same net built, run and counted there, and what differs."""

from collections.abc import Iterable, Sequence

from typing_extensions import Unpack

from cnnshape.analysis import analyze
from cnnshape.analysis.result import Analysis
from cnnshape.analysis.setup import SetupOptions, Source
from cnnshape.core.dims import Shape
from cnnshape.core.errors import PluginError
from cnnshape.graph.graph import Graph, Node
from cnnshape.interop.torch_build import Values, feed, known, module_of, unknown
from cnnshape.interop.torch_ops import Tensor, torch
from cnnshape.interop.torch_reads import check_reads
from cnnshape.interop.torch_run import BLIND_SPOTS, NO_ROOM, has_room, no_room, run
from cnnshape.interop.torch_table import op_of
from cnnshape.interop.verification import Mismatch as Mismatch
from cnnshape.interop.verification import Tally, Verification
from cnnshape.interop.verification import Unchecked as Unchecked


def verify(source: Source | Graph | Analysis, device: str = "cpu", **options: Unpack[SetupOptions]) -> Verification:
    """Build the net in torch, run it there layer by layer, and compare every figure that torch has too.

    Shapes, names and shapes of parameters and buffers, MACs (by ``FlopCounterMode``), totals, and, but on the device
    ``meta``, which pixels are read at the first, a middle and the last position of the outputs, and of all layers in a
    small net.  What cannot be compared is named in ``unchecked``.  The options are those of `analyze`.

    >>> conv = {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}
    >>> found = verify({"cnnshape": 1, "input": [3, 8, 8], "layers": {"conv": conv}})
    >>> found.ok, found.layers, found.unchecked
    (True, 1, ())
    """
    analysis = analyze(source, **options)
    check = _Check(analysis, device)
    check.layers()
    check.totals()
    if check.astray:
        check.tally.skip("", "receptive field", "torch did not run the whole net")
    else:
        check_reads(analysis, check.tally, device)
    spots = [(node, BLIND_SPOTS[op]) for node in check.graph.nodes if (op := op_of(node.facts.layer)) in BLIND_SPOTS]
    recounted = {node.op: spot.why for node, spot in spots if spot.where(node.facts.inputs)}
    return Verification(
        name=check.graph.name,
        ops={node.path: node.op for node in check.graph.nodes},
        torch=torch.__version__,
        device=device,
        layers=len(check.parts),
        figures=check.tally.figures,
        mismatches=tuple(check.tally.mismatches),
        unchecked=tuple(check.tally.unchecked),
        recounted=tuple(f"{op}: {why}" for op, why in sorted(recounted.items())),
    )


class _Check:
    """The layers of a net, run one after the other."""

    def __init__(self, analysis: Analysis, device: str) -> None:
        self.analysis = analysis
        self.graph = analysis.graph
        self.device = device
        self.tally = Tally()
        self.parts: dict[int, torch.nn.Module] = {}  # by value
        self.macs = 0
        self.astray = False  # whether torch put out another shape somewhere, or nothing

    def layers(self) -> None:
        """Run all nodes in order; behind a difference, torch goes on with the shape that we say."""
        values: list[Values | None] = []
        last: dict[int, int] = {source: place for place, node in enumerate(self.graph.nodes) for source in node.sources}
        for shape in self.graph.inputs.values():
            values.append((self.blank(shape), None))
        for place, node in enumerate(self.graph.nodes):
            made = self.layer(len(values), node, feed(node, values))
            values.append(made if made is not None else self.stated(node))
            for source in node.sources:
                if last[source] == place:
                    values[source] = None  # a large net would not fit into memory with all its values

    def stated(self, node: Node) -> Values:
        """Values of the shapes that we say."""
        self.astray = True
        indices = node.facts.indices
        return self.blank(node.facts.output), None if indices is None else self.blank(indices).long()

    def blank(self, shape: Shape) -> Tensor:
        """A tensor of any shape, which takes the memory of one number."""
        return torch.zeros((), device=self.device).expand(shape)

    def layer(self, value: int, node: Node, xs: Sequence[Tensor]) -> Values | None:
        """Build, run and compare one layer; None where its output is not what we say."""
        layer, facts, same = node.facts.layer, node.facts, self.tally.same
        if not known(layer):
            self.tally.skip(node.path, "all figures", unknown(layer))
            return None
        if node.owner is not None and node.owner not in self.parts:
            self.tally.skip(node.path, "all figures", f"it shares `{self.graph.paths[node.owner]}`, which did not run")
            return None
        if not has_room(facts, self.device):
            self.tally.skip(node.path, "all figures", NO_ROOM)
            return None
        try:
            part = self.parts[node.owner] if node.owner is not None else module_of(layer, facts.inputs, self.device)
            values, indices, macs = run(layer, part, xs)
        except PluginError:
            raise
        except Exception as error:  # whatever torch raises is a refusal
            if no_room(error):
                self.tally.skip(node.path, "all figures", NO_ROOM)
            else:
                same(node.path, "refusal", "it fits", f"{type(error).__name__}: {error}")
            return None
        self.parts[value] = part
        self.macs += macs if node.live else 0
        same(node.path, "parameters", *_both(facts.weights, part.named_parameters()))
        same(node.path, "buffers", *_both(facts.buffers, part.named_buffers()))
        same(node.path, "MACs", facts.ops.mac, macs)
        fits = same(node.path, "output", facts.output, tuple(values.shape))
        fits &= same(node.path, "indices", facts.indices, None if indices is None else tuple(indices.shape))
        return (values, indices) if fits else None

    def totals(self) -> None:
        """What the whole net holds and costs; a shared part counts once."""
        if len(self.parts) < len(self.graph.nodes):
            self.tally.skip("", "totals", "not every layer was run")
            return
        parts = {id(part): part for part in self.parts.values()}.values()
        total, same = self.analysis.total, self.tally.same
        same("", "parameters", total.params, sum(x.numel() for part in parts for x in part.parameters()))
        same("", "buffers", total.buffers, sum(x.numel() for part in parts for x in part.buffers()))
        same("", "MACs", total.macs, self.macs)


def _both(ours: dict[str, Shape], theirs: Iterable[tuple[str, Tensor]]) -> tuple[str, str]:
    """Names and shapes in their order, as text."""
    found = ((name, tuple(tensor.shape)) for name, tensor in theirs)
    ours_too, theirs_too = (", ".join(f"{name} {shape}" for name, shape in all_) for all_ in (ours.items(), found))
    return ours_too or "none", theirs_too or "none"
