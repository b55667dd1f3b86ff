"""Amounts with units: read exactly, read back as they are shown, and refused where they do not say what they are."""

from contextlib import suppress
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshape.analysis.metrics import METRICS, metric
from cnnshape.commands.check.quantity import BYTES, PREFIXES, limit
from cnnshape.commands.check.records import Kind
from cnnshape.commands.check.render.words import amount
from cnnshape.core.errors import SpecError

NUMBERS = sorted(key for key, one in METRICS.items() if one.additive)
COUNTS = [key for key in NUMBERS if METRICS[key].unit == "count" and METRICS[key].word != "layers"]
SIZES = [key for key in NUMBERS if METRICS[key].unit == "bytes"]
PLAIN = [key for key in NUMBERS if key not in COUNTS + SIZES]


@given(key=st.sampled_from(NUMBERS), n=st.integers(0, 10**18))
def test_what_is_shown_exactly_is_read_back(key: str, n: int) -> None:
    assert limit("max", amount(metric(key), n, "exact"), metric(key)).value == n


@given(
    key=st.sampled_from(COUNTS), whole=st.integers(0, 10**6), part=st.integers(0, 999),
    prefix=st.sampled_from([*PREFIXES]),
    gaps=st.tuples(st.sampled_from(["", " ", "  "]), st.sampled_from(["", " "])), word=st.booleans(),
)  # fmt: skip
def test_a_count_is_exact(key: str, whole: int, part: int, prefix: str, gaps: tuple[str, str], *, word: bool) -> None:
    text = f"{whole}.{part:03}{gaps[0]}{prefix}" + (f"{gaps[1]}{metric(key).word}" if word else "")
    power = "kMGTPE".index(prefix) + 1
    assert limit("max", text, metric(key)).value == (whole * 1000 + part) * 10 ** (3 * power - 3)


@given(key=st.sampled_from(SIZES), n=st.integers(0, 10**6), unit=st.sampled_from([*BYTES]))
def test_bytes_are_exact(key: str, n: int, unit: str) -> None:
    power = "BkMGTPE".index(unit[0].replace("K", "k"))
    assert limit("max", f"{n} {unit}", metric(key)).value == n * (1024 if "i" in unit else 1000) ** power


def test_kb_and_kib_differ() -> None:
    assert [limit("max", f"512 {unit}", metric("peak_memory")).value for unit in ("kB", "KiB")] == [512_000, 524_288]


@given(n=st.integers(0, 10**6), key=st.sampled_from(PLAIN))
def test_pixels_and_layers_need_no_unit(n: int, key: str) -> None:
    word = metric(key).word
    assert {limit("max", raw, metric(key)).value for raw in (n, str(n), f"{n} {word}")} == {n}


@given(steps=st.integers(0, 10**5), key=st.sampled_from(NUMBERS))
def test_a_percent_is_a_part_of_the_baseline(steps: int, key: str) -> None:
    found = limit("max_increase", f"{steps // 100}.{steps % 100:02} %", metric(key))
    assert (found.percent, found.value) == (True, Fraction(steps, 10_000))


@pytest.mark.parametrize("key", NUMBERS)
def test_nothing_needs_no_unit(key: str) -> None:
    for kind in ("max", "min", "equals", "max_increase"):
        for raw in (0, "0"):
            assert limit(kind, raw, metric(key)).value == 0


def test_shapes() -> None:
    assert limit("equals", [1, 10], metric("output")).value == ((1, 10),)
    assert limit("equals", [[1, 10], [1, 3, 8, 8]], metric("output")).value == ((1, 10), (1, 3, 8, 8))


PREFIX_HINT = "prefixes are k, M, G, T, P, E"
TWO = "a MAC is two FLOPs under the convention torch; `macs` and `flops.torch` are metrics of their own"
REFUSED: list[tuple[str, Kind, Any, str, str]] = [
    ("macs", "max", 4100, "max=4100 does not say its unit", "write for example `4.1 M MACs`"),
    ("macs", "max", "4100", "max=4100 does not say its unit", "write for example `4.1 M MACs`"),
    ("macs", "max", Fraction(9, 2), "max=4.5 does not say its unit",
     "write for example `4.1 M MACs`"),
    ("macs", "max", "4.1 GFLOPs", "max=4.1 GFLOPs: `macs` is in MACs, not in `GFLOPs`", TWO),
    ("flops", "max", "2 GMACs", "max=2 GMACs: `flops` is in FLOPs, not in `GMACs`", TWO),
    ("macs", "max", "4.1 g", "max=4.1 g: the prefix is `G`, not `g`", PREFIX_HINT),
    ("macs", "max", "4.1 mMACs", "max=4.1 mMACs: the prefix is `M`, not `m`", PREFIX_HINT),
    ("macs", "max", "4.1 KMACs", "max=4.1 KMACs: the prefix is `k`, not `K`", PREFIX_HINT),
    ("macs", "max", "5 params", "max=5 params: `macs` is in MACs, not in `params`", "write for example `4.1 M MACs`"),
    ("macs", "max", "5 kB", "max=5 kB: `macs` is in MACs, not in `kB`", "write for example `4.1 M MACs`"),
    ("macs", "max", "0.5 MAC", "max=0.5 MAC is not a whole number of MACs", ""),
    ("params", "min", "-3 M", "min=-3 M is below 0", ""),
    ("depth", "min", -3, "min=-3 is below 0", ""),
    ("params", "max", "3 %", "max=3 % is a part of nothing", "`max_increase: 3 %` is measured from the baseline"),
    ("params", "max", True, "max takes an amount such as `4.1 M params`, not true", ""),
    ("params", "max", None, "max takes an amount such as `4.1 M params`, not null", ""),
    ("params", "max", [1], "max takes an amount such as `4.1 M params`, not [1]", ""),
    ("params", "max", "many", "max takes an amount such as `4.1 M params`, not 'many'", ""),
    ("params", "max", "1,00 k", "max=1,00 k: `params` is in params, not in `,00 k`",
     "write for example `4.1 M params`"),
    ("peak_memory", "max", "512 KB", "max=512 KB: `KB` is not a unit of bytes",
     "kB counts in powers of 1000, KiB in powers of 1024"),
    ("peak_memory", "max", "512 M", "max=512 M: `M` is not a unit of bytes",
     "MB counts in powers of 1000, MiB in powers of 1024"),
    ("peak_memory", "max", "512 bits", "max=512 bits: `bits` is not a unit of bytes", "write for example `512 KiB`"),
    ("peak_memory", "max", "512", "max=512 does not say its unit",
     "write for example `512 KiB`"),
    ("peak_memory", "max", "0.3 KiB", "max=0.3 KiB is not a whole number of bytes", ""),
    ("depth", "max", "3 k", "max=3 k: `depth` is a plain number", "write for example `18 layers`"),
    ("depth", "max", "1.5", "max=1.5 is not a whole number of layers", ""),
    ("receptive_field", "max", "18 layers", "max=18 layers: `receptive_field` is a plain number",
     "write for example `18 px`"),
    ("output", "max", "3", "`output` is a shape and has no max", "`equals: [1, 1000]` states it, batch first"),
    ("receptive_field_global", "min", True, "`receptive_field_global` is true or false and has no min",
     "`equals: false` states it"),
    ("receptive_field_global", "equals", 1, "equals takes true or false, not 1", ""),
    ("output", "equals", "x", "equals takes a shape such as [1, 1000], or a list of them, not 'x'", ""),
    ("output", "equals", [], "equals takes a shape such as [1, 1000], or a list of them, not []", ""),
    ("output", "equals", [[1], 2], "equals takes a shape such as [1, 1000], or a list of them, not [[1], 2]", ""),
    ("params", "max", "1" * 31, "`1111111111111...` is refused: it has 31 digits, and a number has at most 30", ""),
]  # fmt: skip


@pytest.mark.parametrize(("key", "kind", "raw", "text", "hint"), REFUSED)
def test_what_is_refused(key: str, kind: Kind, raw: Any, text: str, hint: str) -> None:
    with pytest.raises(SpecError) as refused:
        limit(kind, raw, metric(key))
    (problem,) = refused.value.problems
    assert (problem.text, problem.hint) == (text, hint)


@given(key=st.sampled_from(NUMBERS), raw=st.text(max_size=30) | st.from_regex(r"[0-9.,]{1,9} ?[a-zA-Z %]{0,8}"))
def test_any_text_is_an_amount_or_refused(key: str, raw: str) -> None:
    for kind in ("max", "max_increase"):
        with suppress(SpecError):
            assert limit(kind, raw, metric(key)).value >= 0
