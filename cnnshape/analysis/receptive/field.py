"""What an output sees of one axis of an input, as figures."""

from fractions import Fraction
from typing import Literal, NamedTuple


class Field(NamedTuple):
    """What an output sees of one axis of an input, on an endless image; indices and lengths in pixels of the input.

    ============ ================================= ============== =========== ===========
    .            after strided layers only         upsampled      drifting    global
    ============ ================================= ============== =========== ===========
    `size`       of the window                     largest        of outputs  of `whole`
    `jump`       from output to output             on average     None        0
    `start`      first index that output 0 reads   the same       the same    of `whole`
    `centre`     middle of what output 0 reads     on average     None        of `whole`
    ============ ================================= ============== =========== ===========

    Paths with different jumps drift apart: they have no jump, and their size is the largest over all real outputs.
    Where an axis of the input has become several, such as the windows of an image and the pixels of a window, the jump
    is the finest one and `coarser` has the others.
    """

    size: int | None
    """From the first pixel to the last that an output reads, at most; for a global field, of the whole part."""
    jump: Fraction | None
    """Pixels from one output to the next; 0 where all outputs read the same, negative where the axis is flipped."""
    start: int | None
    """The first pixel that output 0 reads: negative where it lies in the padding; None also if it reads nothing."""
    centre: Fraction | None
    """Output y is centred on ``centre + jump y``."""
    reads: int | None
    """Pixels that an output really reads, at most; fewer than `size` where there are holes."""
    whole: tuple[int, int] | None = None
    """First and last pixel of what every output reads, beside its window or alone."""
    smallest: int | None = None
    """The size of the output that sees least; less than `size` after an upsampled grid only."""
    jumps: tuple[Fraction, ...] = ()
    """The jumps of the windows; several where paths drift apart, none where all outputs read the same."""
    via: str = ""
    """The layer that first read the axis whole; empty where there is no global part."""
    meet: str = ""
    """The layer at which the paths that drift apart first met."""
    bound: Literal["upper"] | None = None
    """``"upper"`` where the truth may be smaller than `size`, `whole` and `reads` say; None where they are exact."""
    coarser: tuple[Fraction, ...] = ()
    """Further jumps, such as from window to window, where an axis of the input has become several."""
    repeats: int | None = None
    """After how many outputs everything is read again, where an axis runs through the image row by row."""
    pieces: "tuple[tuple[int, int, Field], ...]" = ()
    """First and last output and field of each piece, where outputs of several kinds are joined along an axis."""

    @property
    def is_global(self) -> bool:
        """Whether every output reads the whole axis and nothing else."""
        return not self.jumps and bool(self.via)

    @property
    def is_uneven(self) -> bool:
        """Whether the steps from output to output differ, so that `jump` is their average.

        Pixels are whole, so every jump that is not whole is an average; and so is one of windows of several sizes.

        >>> [Field(19, Fraction(jump), -1, Fraction(8), 19).is_uneven for jump in ("33/2", "16")]
        [True, False]
        """
        if self.jump is None or not self.jump.numerator:
            return False
        return self.jump.denominator > 1 or (self.smallest is not None and self.smallest != self.size)

    @property
    def has_holes(self) -> bool:
        """Whether an output reads less than lies between its first and last pixel."""
        return self.size is not None and self.reads is not None and self.reads < self.size
