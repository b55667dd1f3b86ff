"""The nets of the zoo, with every figure that the reports show."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cnnshape import Analysis, LayerRecord, analyze, load
from cnnshape.analysis.receptive.locality import local
from cnnshape.render.receptive_fields import plain

ROOT: Final = Path(__file__).parents[1]
ZOO: Final = ROOT / "specs" / "zoo"


@dataclass(frozen=True)
class Net:
    """A spec of the zoo, or one of its variants."""

    file: Path
    variant: str | None
    name: str
    analysis: Analysis

    @property
    def last_map(self) -> LayerRecord:
        """The last layer whose positions have windows of their own; of several outputs the one that sees most."""
        found = {record.value: record for maps in self.analysis.last_maps.values() for record in maps}
        return max(found.values(), key=lambda record: (local([record.receptive_field]).size or 0, -record.value))

    @property
    def input(self) -> tuple[int, ...]:
        """The shape of its one input, batch first."""
        (shape,) = self.analysis.graph.inputs.values()
        return shape

    def figures(self) -> dict[str, Any]:
        """Every figure, exactly; ``activations`` are elements, what is in bytes says so."""
        total = self.analysis.total
        return {
            "name": self.name,
            "spec": self.file.relative_to(ROOT).as_posix(),
            "variant": self.variant,
            "input": list(self.input),
            "outputs": [list(shape) for shape in self.analysis.outputs.values()],
            "params": total.params,
            "trainable": total.trainable_params,
            "buffers": total.buffers,
            "macs": total.macs,
            "flops": total.flops,
            "activations": total.activation_elements,
            "conv_activations": total.conv_activations,
            "activation_bytes": total.activation_bytes,
            "peak_memory_bytes": self.analysis.peak_memory.bytes,
            "receptive_field": self._field(),
            "depth": self.analysis.depth,
            "layers": total.layers,
        }

    def _field(self) -> dict[str, Any]:
        (axes,) = plain(self.last_map.receptive_field).values()
        figures = {
            figure: [axis[figure] for axis in axes] for figure in ("size", "smallest", "jump", "start", "global")
        }
        return {"layer": self.last_map.path, **figures}


def family(file: Path) -> list[Net]:
    """The members of a file, in its order."""
    spec = load(file)
    return [
        Net(file, variant, variant or spec.name, analyze(spec, variant=variant)) for variant in spec.variants or [None]
    ]


def comment(file: Path) -> str:
    """The comment on top of a spec, as one line."""

    def lines() -> Iterator[str]:
        for line in file.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                return
            yield line.lstrip("# ")

    return " ".join(lines())
