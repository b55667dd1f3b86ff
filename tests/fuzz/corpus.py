"""What the fuzzer starts from: shipped specs, and files that are long in one way."""

from functools import cache
from random import Random
from typing import Any

import yaml

from tests.places import ROOT

Data = dict[str, Any]


@cache
def shipped() -> tuple[bytes, ...]:
    """The text of every spec of the repository, those that are wrong on purpose included."""
    files = [*(ROOT / "specs").rglob("*.yaml"), *(ROOT / "tests" / "spec" / "messages").rglob("*.yaml")]
    return tuple([file.read_bytes() for file in sorted(files)])


@cache
def loaded(text: bytes) -> Data:
    """What PyYAML reads in a text, empty if that is not a mapping; `copy.deepcopy` it before you change it."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return data if isinstance(data, dict) else {}


@cache
def pairs() -> tuple[tuple[bytes, Data], ...]:
    """Those texts that PyYAML reads, with their data; `copy.deepcopy` the data before you change it."""
    found = ((text, loaded(text)) for text in shipped())
    return tuple([(text, data) for text, data in found if data])


@cache
def nets() -> tuple[tuple[bytes, Data], ...]:
    """Those of `pairs` that are nets, not mistakes."""
    whole = {file.read_bytes() for file in (ROOT / "specs").rglob("*.yaml")}
    return tuple([(text, data) for text, data in pairs() if text in whole])


@cache
def parsed() -> tuple[Data, ...]:
    """The data of those that PyYAML reads; `copy.deepcopy` them before you change them."""
    return tuple([data for _, data in pairs()])


def long_text(random: Random) -> bytes:
    """A file of up to a megabyte that is long in one way."""
    size = random.choice((10_000, 100_000, 999_000))
    head = b"cnnshape: 1\ninput: [3, 8, 8]\nlayers: {a: ReLU}\n"
    return random.choice(
        [
            head + b"# " + b"x" * size,
            head + b"name: " + b"x" * size,
            head + b"description: |\n" + b"  line\n" * (size // 7),
            head + b"meta: [" + b"1, " * (size // 3) + b"1]",
            head + b"meta: {" + b"".join(b"a%d: 1, " % n for n in range(size // 11)) + b"}",
            head + b"vars:\n" + b"".join(b"  v%d: v%d\n" % (n, n + 1) for n in range(size // 16)),
            head + b"outputs: [" + b"a, " * (size // 3) + b"a]",
            head + b"unused: [" + b"b, " * (size // 3) + b"b]",
            head + b"meta: " + b"[" * size,
            head + b"meta: " + b"{a: " * (size // 4),
            head + b"meta: " + b"- " * (size // 2),
            head + b"meta: &a [" + b"*a, " * (size // 4) + b"]",
            head + b"meta: " + b"!" * size,
            head + b"meta: '" + b"''" * (size // 2),
            head + b'meta: "' + b"\\x1b" * (size // 4) + b'"',
            head + b"? " * (size // 2),
            b"a: 1\n" * (size // 5),
            b"\t" * size,
            b"cnnshape: 1\ninput: [" + b"1, " * (size // 3) + b"1]\nlayers: {a: ReLU}\n",
            b"cnnshape: 1\ninputs: {"
            + b"".join(b"i%d: [1, 4, 4], " % n for n in range(size // 17))
            + b"}\nlayers: {a: ReLU}\n",
            b"cnnshape: 1\ninput: [3, 4]\nlayers:\n"
            + b"".join(b"  l%d: ReLU\n" % n for n in range(min(10_000, size // 14))),
            b"cnnshape: 1\ninput: [3, 4]\nlayers:\n  a: {op: Reshape, shape: [" + b"1, " * (size // 3) + b"-1]}\n",
            b"cnnshape: 1\ninput: [3, 4]\nlayers:\n  a: {op: Add, from: [" + b"input, " * (size // 7) + b"input]}\n",
            b"cnnshape: 1\ninput: [3, 4]\nlayers:\n  a: {op: Concat, from: [" + b"inpot, " * (size // 7) + b"input]}\n",
            b"cnnshape: 1\ninput: [3, 4]\nlayers:\n  a: {op: ReLU, "
            + b"".join(b"f%d: 1, " % n for n in range(size // 11))
            + b"}\n",
            b"".join(b"k%d: 1\n" % n for n in range(size // 9)),
        ]
    )
