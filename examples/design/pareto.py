"""Which nets of a family are worth a look: the least MACs for how far a net sees, as a table and as a picture.

    python pareto.py                 the front as a Markdown table
    python pareto.py front.svg       and drawn into a file, SVG, PDF or PNG

The family is MobileNetV2 with its width w, depth d, kernel k and expansion t open, as a backbone for images of 512 x
512.  A deep net with large kernels sees far, and has to be narrow to be cheap; a floor for the parameters keeps it from
being all depth, a ceiling for the peak of memory from being all width.
"""

import sys
from pathlib import Path
from typing import Any

import cnnshape
from cnnshape.core.errors import MissingPackage

SPEC = Path(__file__).with_name("mobile.yaml")
KNOBS = {
    "w": [n / 20 for n in range(5, 31)],
    "d": [0.25, 0.5, 0.75, 1, 1.25, 1.5],
    "k": [3, 5, 7],
    "t": [2, 3, 4, 6],
}
LIMITS = "params >= 3 M and peak_memory <= 32 MiB"
FIGURES = ["macs", "receptive_field", "params", "peak_memory"]
LOOKS = {3: ("#0072B2", "o"), 5: ("#E69F00", "s"), 7: ("#009E73", "D")}
"""Colour and marker of each kernel: colours of Okabe and Ito, told apart also by who does not see red and green."""


def front() -> cnnshape.Sweep:
    """The nets within the limits that no other beats, the one with the least MACs first."""
    aims = ["macs:min", "receptive_field:max"]
    return cnnshape.sweep(SPEC, KNOBS, grid=True, figures=FIGURES, where=LIMITS, pareto=aims, sort="macs:min")


def table(found: cnnshape.Sweep) -> str:
    """The nets as a Markdown table, a line for each."""
    lines = ["| w | d | k | t | MACs | receptive field | params | peak memory |", "|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for row in found.rows():
        knobs = " | ".join(f"{row[name]:g}" for name in KNOBS)
        lines.append(
            f"| {knobs} | {row['macs'] / 1e9:.3f} G | {row['receptive_field']:,} px "
            f"| {row['params'] / 1e6:.2f} M | {row['peak_memory'] / 2**20:.1f} MiB |"
        )
    return "\n".join(lines)


def draw(found: cnnshape.Sweep, file: str) -> None:
    """The front among all nets within the limits, and MobileNetV2 as it was published, outside of them."""
    try:
        import matplotlib
    except ModuleNotFoundError as error:
        raise MissingPackage.of(error) from None
    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "cnnshape", "font.size": 9})  # the same ids in every file
    from matplotlib import pyplot

    every = cnnshape.sweep(SPEC, KNOBS, grid=True, figures=FIGURES[:2], where=LIMITS)
    figure, axes = pyplot.subplots(figsize=(6.4, 4.2), layout="constrained")
    axes.scatter(every["macs"] / 1e9, every["receptive_field"], s=7, color="#c8c8c8", linewidths=0, label="dominated")
    axes.step(found["macs"] / 1e9, found["receptive_field"], where="post", color="#555555", linewidth=1, zorder=2)
    for k, (colour, marker) in LOOKS.items():
        some = found.take(found["k"] == k)
        look = {"color": colour, "marker": marker, "edgecolors": "white", "linewidths": 0.8, "zorder": 3}
        axes.scatter(some["macs"] / 1e9, some["receptive_field"], s=38, label=f"front, kernel {k}", **look)
    label(axes, found)
    published = cnnshape.analyze(SPEC)
    size = published["relu2"].receptive_field["input"][0].size
    name = f"MobileNetV2, {published.peak_memory.bytes / 2**20:.0f} MiB"
    axes.scatter(published.total.macs / 1e9, size, marker="*", s=90, color="black", zorder=3, label=name)
    scale(axes)
    axes.legend(loc="lower right", frameon=False)
    # No date, so that the same front is the same file; the table goes along as its description.
    svg = {"metadata": {"Date": None, "Description": table(found)}} if file.endswith(".svg") else {}
    figure.savefig(file, dpi=200, **svg)
    pyplot.close(figure)


def label(axes: Any, found: cnnshape.Sweep) -> None:
    """What the nets of the front are, where there is room for it."""
    last = 1.0
    for row in found.rows():
        if row["receptive_field"] < 1.2 * last:
            continue
        last = row["receptive_field"]
        text, place = f"w {row['w']:g}, d {row['d']:g}, t {row['t']}", (row["macs"] / 1e9, last)
        axes.annotate(text, place, xytext=(-6, 4), textcoords="offset points", ha="right", fontsize=7)


def scale(axes: Any) -> None:
    """Logarithmic axes with round numbers, and a line for the size of the input."""
    axes.set(xscale="log", xlabel="MACs (G)", xlim=(0.55, 2.7), xticks=[0.6, 0.8, 1, 1.5, 2, 2.5])
    axes.set(yscale="log", ylabel="receptive field (px)", ylim=(130, 2900), yticks=[200, 500, 1000, 2000])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:,g}")
        axis.set_minor_formatter(lambda value, _: "")
    axes.axhline(512, color="#999999", linewidth=0.8, linestyle=":", zorder=1)
    axes.annotate("the whole input, 512 px", (2.68, 530), ha="right", fontsize=7, color="#666666")
    axes.spines[["top", "right"]].set_visible(False)


def main(words: list[str]) -> int:
    """What is asked for on the command line; 2 where it cannot be done."""
    try:
        found = front()
        print(table(found))
        for file in words:
            draw(found, file)
    except cnnshape.CnnshapeError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
