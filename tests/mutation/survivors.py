"""Changes that no test can notice, because nothing changes: equivalent mutants, each with the reason."""

from typing import Final

STRICT: Final = "`strict` only asserts that lengths are equal, as they are by the ranks and the types of the fields"

EQUIVALENT: Final[dict[tuple[str, str], str]] = {
    (
        "cnnshape/layers/base.py",
        "@dataclass_transform(kw_only_default=True, frozen_default=False)",
    ): "the decorator does nothing when it runs: it tells mypy, which checks it, how fields become arguments",
    (
        "cnnshape/layers/batch_norm.py",
        'yield Need(self.eps != 0, "eps={eps} does not go with statistics of the batch", {"eps": self.eps})',
    ): "the need before it says that eps is not below 0",
    (
        "cnnshape/layers/fields.py",
        "if get_origin(annotation) == Literal:",
    ): "`Literal` is one object, and equal to itself only",
    ("cnnshape/layers/fields.py", "if default == required:"): "`required` is a bare object, equal to itself only",
    (
        "cnnshape/layers/merge.py",
        'yield Need(count != 1, "{op} takes two inputs, or one and `value`, and has one", values)',
    ): "the count is 1 and the number of other inputs: never below 1",
    (
        "cnnshape/layers/upsample.py",
        "return tuple((first, last) for first, last in runs if last // up != (first - 1) // up)"
        "  # holds a multiple of up",
    ): "the quotients are equal, or the first is above; else the run is empty, and no size lies in it",
    (
        "cnnshape/analysis/receptive/periodic.py",
        "if cycle <= 1:",
    ): "a cycle is a quotient of the period by a divisor of it: at least 1",
    (
        "cnnshape/analysis/receptive/periodic.py",
        "if outputs == moved >= 1 and reach.taps(0) == (0, 0, 1):",
    ): "periods are in lowest terms: equal parts are 1",
    (
        "cnnshape/analysis/receptive/misalignment.py",
        "bands = {rate: band for (at, rate), band in state.items() if at is carrier}",
    ): "axes are small ints or None, of each of which there is one object",
    (
        "cnnshape/analysis/receptive/fields.py",
        "return int(reading.node.facts.output[carriers.pop()]) if len(carriers) <= 1 else None",
    ): "it is asked only where two bands are carried, so that there is a carrier",
    (
        "cnnshape/analysis/receptive/index_sets.py",
        "UNKNOWN: Final = 1",
    ): "a sign that is no mask: masks have two bits or more, 1 has one",
    (
        "cnnshape/analysis/receptive/index_sets.py",
        "if shift % step <= 0 and shift <= last - first + step:",
    ): "steps are above 0, so that the rest is never below 0",
    ("cnnshape/analysis/receptive/index_sets.py", "for part in parts[ 0:]:"): "a set put to itself is itself",
    (
        "cnnshape/layers/axes.py",
        "now = [axis for axis in range(start, len(found)) if after[axis] > 1 or len(found) <= start + 1]",
    ): "one axis at least has been found since the start",
    (
        "cnnshape/layers/conv.py",
        'if self.padding_mode <= "circular":',
    ): "no other mode stands before it in the alphabet",
    (
        "cnnshape/layers/fields.py",
        'return {"type": "nullable", "schema": inner} if len(others) != len(choices) else inner',
    ): "the others are some of the choices",
    (
        "cnnshape/layers/upsample.py",
        "ends = [2**power for power in range((_LONGEST * up // down).bit_length() * 1)]",
    ): "the longest axis is a power of two, and no product above the last one is off by enough",
    (
        "cnnshape/analysis/receptive/periodic.py",
        "count = min((last - first) / step + 1, band.P // gcd(band.P, step))",
    ): "the last index is whole steps from the first, and what is counted is paid with only",
    (
        "cnnshape/analysis/receptive/periodic.py",
        "if band == LOST:",
    ): "bands are equal to themselves only",
    (
        "cnnshape/analysis/receptive/propagation.py",
        "if band == LOST:",
    ): "bands are equal to themselves only",
    (
        "cnnshape/analysis/receptive/window.py",
        "if reach.period[0] > LIMIT or step != 1 or min(first, ends[0]) > 0 or max(last, ends[1]) < size - 1:",
    ): "steps are at least 1",
    (
        "cnnshape/analysis/layer.py",
        "@dataclass(frozen=True, slots=True, repr=True)",
    ): "the class has a representation of its own, which stays",
    (
        "cnnshape/analysis/receptive/misalignment.py",
        "if len(step.edges) > 0 and id(step) not in in_line:",
    ): "one side alone is in line with itself",
    (
        "cnnshape/analysis/receptive/misalignment.py",
        "best = low - high if left <= right else high - low",
    ): "the two sides are never the same",
    (
        "cnnshape/analysis/receptive/index_sets.py",
        "if mask.bit_count() == span << 1:",
    ): "a mask without a hole is found evenly spaced, by one, below; of two indices both are so",
    (
        "cnnshape/analysis/receptive/index_sets.py",
        "UNKNOWN: Final = ~1",
    ): "a sign that is no mask: masks are above 0",
    (
        "cnnshape/analysis/receptive/propagation.py",
        "no_axis_is_read = not taps and len(facts.output) > 1  # a single number has no axes and reads all",
    ): "what is taken for its shape only is resized or cropped to, which leaves three axes at least",
    (
        "cnnshape/analysis/receptive/propagation.py",
        "states[number] = self._state({(axis, ( 0, 1)): IDENTITY})",
    ): "of an input's state the axis and the band are read, the jump is that of the band",
    (
        "cnnshape/analysis/receptive/propagation.py",
        "states[number] = self._state({(axis, (1, 0)): IDENTITY})",
    ): "of an input's state the axis and the band are read, the jump is that of the band",
    (
        "cnnshape/layers/base.py",
        "@dataclass_transform(kw_only_default=False, frozen_default=True)",
    ): "the decorator does nothing when it runs: it tells mypy, which checks it, how fields become arguments",
    (
        "cnnshape/layers/matmul.py",
        "row = [Tap(len(a) - 2, POINTWISE)] * (len(a) != 1)",
    ): "an input without axes is refused",
    (
        "cnnshape/layers/upsample.py",
        "ends = [2**power for power in range((_LONGEST * up ^ down).bit_length() + 1)]",
    ): "more powers are looked at, of products beyond those of the longest axis",
    (
        "cnnshape/analysis/receptive/periodic.py",
        "LOST: Final = Band(0, 2, None)",
    ): "of this band the rate is read only, which is in lowest terms",
    (
        "cnnshape/analysis/receptive/window.py",
        "for y in range(1, min(reach.period[0] << 1, outputs)):",
    ): "behind a period everything repeats",
    (
        "cnnshape/analysis/receptive/window.py",
        'if outside >= "reflect":',
    ): "zeros alone stand behind it here, and of them all that is left lies inside, its own reflection",
    (
        "cnnshape/analysis/dataframe.py",
        "names = entries[ -1] if entries else ()",
    ): "all entries have the same names",
    (
        "cnnshape/analysis/receptive/misalignment.py",
        "next(iter(bands.values())).centre if len(bands) <= 1 else None,",
    ): "a side has one band at least",
    (
        "cnnshape/analysis/receptive/index_sets.py",
        "if count <= 1 or shift == 0 or last < first:",
    ): "nobody asks for less than one copy",
    (
        "cnnshape/analysis/receptive/index_sets.py",
        "if mask <= UNKNOWN or last + far - first >= WIDEST:",
    ): "no mask is below the sign that there is none",
}
"""By path and the changed line, stripped."""


def reason(path: str, diff: list[str]) -> str:
    """Why a survivor is equivalent; empty where it is not known to be."""
    before, after = diff[0][1:].strip(), diff[-1][1:].strip()
    if len(diff) == 2 and before.replace("strict=True", "strict=False") == after:
        return STRICT
    return EQUIVALENT.get((path, after), "")
