"""Texts broken byte by byte, as an editor, a disk or a person in a hurry breaks them."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

SPECIALS: Final[tuple[bytes, ...]] = (
    b"\0", b"\t", b"\r", b"\r\n", b"\n\n", b"\x1b[31m", b"\x7f", b"\x85", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf",
    b"\xed\xa0\x80", b"\xc3\x28", b"\xf4\x90\x80\x80", "\u2028\u202e\u200b\ufeff".encode(), "\U0001f600é".encode(),
    b"---\n", b"...\n", b"%YAML 1.2\n", b"%TAG ! !foo\n", b"? ", b": ", b"- ", b"#", b"{", b"}", b"[", b"]", b",",
    b"&a ", b"*a", b"&a [*a]", b"<<: *a", b"!!python/object:os.system ", b"!!binary ", b"! ", b"|\n", b">-\n  ", b"'",
    b'"', b'"\\u0000"', b'"\\ud800"', b'"\\x1b[2J"', b'"\\UFFFFFFFF"', b"\\", b"@", b"`", b"=", b"~", b".inf",
    b".nan", b"1e400", b"-1e999999999", b"0x" + b"f" * 100, b"0x" + b"f" * 5000, b"9" * 5000, b"1_000", b"0o17",
    b"1:30", b"2024-01-01", b"null", b"yes", b"cnnshape: 1\n", b"layers:\n", b"input: [1]\n", b"  a: ReLU\n",
    b"from: ", b"shares: ", b"in_channels", b"n // 0",
)  # fmt: skip
"""What is put in: characters and words that YAML, terminals or expressions give a meaning to."""

Mutation = Callable[[Random, bytes, bytes], bytes]


def _span(random: Random, text: bytes, most: int = 200) -> tuple[int, int]:
    """A random piece, often a whole line."""
    if not text:
        return 0, 0
    at = random.randrange(len(text))
    if random.random() < 0.4:
        end = text.find(b"\n", at)
        return text.rfind(b"\n", 0, at) + 1, len(text) if end < 0 else end + 1
    return at, min(len(text), at + random.randint(1, most))


def flip(random: Random, text: bytes, other: bytes) -> bytes:
    """One byte is another, or differs in one bit."""
    if not text:
        return text
    at = random.randrange(len(text))
    byte = text[at] ^ 1 << random.randrange(8) if random.random() < 0.5 else random.randrange(256)
    return text[:at] + bytes((byte,)) + text[at + 1 :]


def insert(random: Random, text: bytes, other: bytes) -> bytes:
    """Something special in between."""
    at = random.randint(0, len(text))
    return text[:at] + random.choice(SPECIALS) * random.choice((1, 1, 1, 2, 50)) + text[at:]


def delete(random: Random, text: bytes, other: bytes) -> bytes:
    """A piece is gone."""
    first, last = _span(random, text)
    return text[:first] + text[last:]


def duplicate(random: Random, text: bytes, other: bytes) -> bytes:
    """A piece stands there twice, or many times."""
    first, last = _span(random, text)
    return text[:last] + text[first:last] * random.choice((1, 1, 2, 9, 100)) + text[last:]


def truncate(random: Random, text: bytes, other: bytes) -> bytes:
    """The end is gone."""
    return text[: random.randint(0, len(text))]


def splice(random: Random, text: bytes, other: bytes) -> bytes:
    """The beginning of one file and the end of another."""
    return text[: random.randint(0, len(text))] + other[random.randint(0, len(other)) :]


def graft(random: Random, text: bytes, other: bytes) -> bytes:
    """A piece of another file in between."""
    first, last = _span(random, other)
    at = _span(random, text)[0]
    return text[:at] + other[first:last] + text[at:]


def renumber(random: Random, text: bytes, other: bytes) -> bytes:
    """A digit becomes a long, odd or negative number."""
    digits = [at for at, byte in enumerate(text) if 48 <= byte <= 57]
    if not digits:
        return text
    at = random.choice(digits)
    number = random.choice((b"0", b"-1", b"1.5", b"1000000000000", b"1000000000001", b"9" * 29, b"9" * 31, b"7" * 5000))
    return text[:at] + number + text[at + 1 :]


def nest(random: Random, text: bytes, other: bytes) -> bytes:
    """Brackets, deep."""
    depth, at = random.choice((5, 50, 99, 101, 5000, 100_000)), _span(random, text)[0]
    opening, closing = random.choice(((b"[", b"]"), (b"{a: ", b"}"), (b"(", b")"), (b"- ", b""), (b"&a [", b"]")))
    return text[:at] + opening * depth + b"1" + closing * random.choice((0, depth)) + text[at:]


def lengthen(random: Random, text: bytes, other: bytes) -> bytes:
    """A name or a word grows."""
    at = random.randint(0, len(text))
    grown = random.choice((b"a", b"9", b"(", b"a.", b"1+", b" ", "é".encode()))
    return text[:at] + grown * random.choice((100, 1000, 10_000, 100_000)) + text[at:]


def recode(random: Random, text: bytes, other: bytes) -> bytes:
    """The same text in another encoding, or behind a byte-order mark."""
    encoding = random.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "utf-7", "cp037"))
    return text.decode("utf-8", "replace").encode(encoding, "replace")


_COMMON: Final[tuple[Mutation, ...]] = (flip, insert, delete, duplicate, graft, renumber)
_RARE: Final[tuple[Mutation, ...]] = (truncate, splice, nest, lengthen, recode)


def mutated(random: Random, texts: Sequence[bytes]) -> bytes:
    """One of the texts, broken in one to six places."""
    text = random.choice(texts)
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        mutation = random.choice(_COMMON if random.random() < 0.85 else _RARE)
        text = mutation(random, text, random.choice(texts))[:2_000_000]
    return text
