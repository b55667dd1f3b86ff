"""YAML texts: what is drawn and written reads back with its places, and whatever is wrong is said in one error."""

import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from cnnshape.core.errors import Mark, Problem, SpecError
from cnnshape.spec.yaml import BYTES, read, read_path

QUOTE = "hint: an expression with a comma or bracket must be quoted inside a flow mapping or list"


@pytest.fixture
def python_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML without its C library."""
    monkeypatch.setitem(sys.modules, "yaml.cyaml", None)


def wrong(source: str | bytes) -> str:
    """What is said of a text."""
    with pytest.raises(SpecError) as caught:
        read(source, "net.yaml")
    return str(caught.value)


# What is written reads back, and its places are found.

Path_ = tuple[str | int, ...]
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]{0,8}", fullmatch=True)
PRINTED = st.characters(exclude_categories=("C", "Zl", "Zp"), exclude_characters="\ufeff")
TEXTS = (
    NAMES
    | st.text(PRINTED, max_size=12)
    | st.sampled_from(["no", "on", "2024-01-01", "1_000", "k // 2 * d", "1.2.3", "null", "7"])
)
KEYS = TEXTS.filter(lambda text: text not in ("", "<<"))
KEYWORDS = {"null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"}
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30) + 1, 10**30 - 1),
    st.builds(Fraction, st.integers(-(10**6), 10**6), st.sampled_from([1, 2, 5, 8, 100])),
    TEXTS,
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=25,
).filter(lambda data: data is not None)


class Writer:
    """Writes data as YAML in a style that is drawn, and notes where everything comes to stand."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.keys: dict[Path_, Mark] = {}
        self.values: dict[Path_, Mark] = {}

    def here(self) -> Mark:
        return Mark(self.text.count("\n") + 1, len(self.text) - self.text.rfind("\n"))

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def value(self, data: Any, at: Path_, indent: int, *, flow: bool) -> None:
        """One value from here on; a block that nests begins in a line of its own or where the cursor is."""
        if not isinstance(data, dict | list):
            self.values[at] = self.here()
            self.text += self.scalar(data)
        elif flow or not data or self.chance():
            event("flow collection")
            self.flow(data, at)
        else:
            event("block collection")
            self.block(data, at, indent)

    def flow(self, data: Any, at: Path_) -> None:
        self.values[at] = self.here()
        self.text += "{" if isinstance(data, dict) else "["
        space = self.draw(st.sampled_from(["", " ", "\n      ", "  # a remark\n      "]))
        for place, (key, item) in enumerate(self.items(data)):
            self.text += (", " if place else "") + space
            self.key(data, key, at, self.draw(st.sampled_from([": ", " : "])))
            self.value(item, (*at, key), 0, flow=True)
        self.text += space + ("}" if isinstance(data, dict) else "]")

    def block(self, data: Any, at: Path_, indent: int) -> None:
        if self.text and not self.text.endswith("- "):
            self.text += self.draw(st.sampled_from(["\n", "  # a remark: {\n", "\n\n"])) + " " * indent
        self.values[at] = self.here()
        indent = self.here().column - 1
        for place, (key, item) in enumerate(self.items(data)):
            self.text += "\n" + " " * indent if place else ""
            if isinstance(data, list):
                self.text += "- "
            nests = isinstance(item, dict | list) and item
            self.key(data, key, at, ":" if nests else ": ")
            if nests and isinstance(data, dict):  # a flow value needs its blank, a block its line
                if self.chance():
                    self.text += " "
                    self.flow(item, (*at, key))
                else:
                    self.block(item, (*at, key), indent + self.draw(st.integers(1, 4)))
            else:
                self.value(item, (*at, key), indent + 2, flow=False)

    def key(self, data: Any, key: str | int, at: Path_, colon: str) -> None:
        self.keys[(*at, key)] = self.here()
        if isinstance(data, dict):
            self.text += self.scalar(key) + colon

    @staticmethod
    def items(data: Any) -> list[tuple[Any, Any]]:
        return list(data.items() if isinstance(data, dict) else enumerate(data))

    def scalar(self, data: Any) -> str:
        if data is None:
            return self.draw(st.sampled_from(["null", "~", "Null", "NULL"]))
        if isinstance(data, bool):
            word = str(data)
            return self.draw(st.sampled_from([word, word.lower(), word.upper()]))
        if isinstance(data, int | Fraction):
            return self.number(data)
        text = str(data)
        if text.isascii() and text.replace(".", "_").isidentifier() and text not in KEYWORDS and self.chance():
            return text
        if self.chance():
            return "'" + text.replace("'", "''") + "'"
        return '"' + "".join(map(self.escaped, text)) + '"'

    def escaped(self, character: str) -> str:
        if character in '\\"' or (ord(character) < 2**16 and self.chance()):
            return f"\\u{ord(character):04X}"
        return character

    def number(self, data: int | Fraction) -> str:
        forms = []
        if data == int(data):
            whole = int(data)
            forms = [f"{whole}"]
            if abs(whole) < 10**20:
                forms += [f"{whole}.0", f"{whole}e+0", f"{whole * 10}e-1"]
            if 0 <= whole < 10**20:
                forms += [f"+{whole}", f"0x{whole:X}", f"0o{whole:o}"]
        else:
            scaled = int(data * 10**9)
            whole, part = divmod(abs(scaled), 10**9)
            sign = "-" if data < 0 else ""
            forms = [f"{sign}{whole}.{part:09d}", f"{scaled}E-9", f"{sign}{whole or ''}.{part:09d}"]
        return self.draw(st.sampled_from(forms))


@st.composite
def written(draw: st.DrawFn) -> tuple[Any, Writer]:
    """Data and the text in which it stands; shrinks to one short scalar."""
    data = draw(DATA)
    writer = Writer(draw)
    writer.value(data, (), 0, flow=False)
    writer.text += draw(st.sampled_from(["", "\n", "\n...\n", "\n# the end\n"]))
    return data, writer


def same(a: Any, b: Any) -> bool:
    """Equal in value and in type, all the way down."""
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and bool(a == b)


def normal(data: Any) -> Any:
    """Data with whole fractions as ints."""
    if isinstance(data, dict):
        return {key: normal(item) for key, item in data.items()}
    if isinstance(data, list):
        return [normal(item) for item in data]
    return int(data) if isinstance(data, Fraction) and data.denominator == 1 else data


@given(written(), st.sampled_from([str, str.encode, lambda text: b"\xef\xbb\xbf" + text.encode()]))
def test_what_is_written_reads_back_with_its_places(case: tuple[Any, Writer], encode: Any) -> None:
    data, writer = case
    document = read(encode(writer.text))
    assert same(document.data, normal(data))
    for at, mark in writer.values.items():
        assert document.marks.find(at) == mark
        assert document.marks.find((*at, "not there", 3)) == mark
    for at, mark in writer.keys.items():
        assert document.marks.find(at, key=True) == mark


@given(written())
def test_the_parser_in_python_reads_the_same(case: tuple[Any, Writer]) -> None:
    data, writer = case
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setitem(sys.modules, "yaml.cyaml", None)
        document = read(writer.text)
        assert same(document.data, normal(data))
        assert all(document.marks.find(at) == mark for at, mark in writer.values.items())


@given(written(), st.data())
def test_a_written_text_that_is_bent_says_so(case: tuple[Any, Writer], data: st.DataObject) -> None:
    text = case[1].text
    place = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 3))
    only_spec_errors(
        text[:place]
        + data.draw(st.text(" \n\t-:,[]{}()'\"&*!|>%@`#?~<\0\x85\u2028\ud800a1.", max_size=4))
        + text[place + length :]
    )


def only_spec_errors(source: str | bytes) -> None:
    try:
        marks = read(source, "net.yaml").marks
    except SpecError as caught:
        error = caught
    else:
        assert marks.find(()) is not None
        return
    assert 0 < len(error.problems) <= 20
    assert all(problem.text and problem.file == "net.yaml" for problem in error.problems)
    assert str(error).replace("\n", "").isprintable()


@given(st.binary(max_size=60) | st.text(max_size=60) | st.text("\n -:,[]{}&*!ab'\"?|>~<%#\t.", max_size=60))
def test_whatever_the_bytes_only_spec_errors(source: str | bytes) -> None:
    only_spec_errors(source)


@given(st.text(max_size=60) | st.text("\n -:,[]{}&*!ab'\"?|>~<%#\t.\\Uux0", max_size=60))
def test_whatever_the_text_only_spec_errors_from_the_parser_in_python(source: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setitem(sys.modules, "yaml.cyaml", None)
        only_spec_errors(source)


# Scalars after the core schema of YAML 1.2.

PLAIN = {
    "null": None,
    "~": None,
    "": None,
    "true": True,
    "TRUE": True,
    "False": False,
    "no": "no",
    "yes": "yes",
    "on": "on",
    "nuLL": "nuLL",
    "tRUE": "tRUE",
    "12": 12,
    "-012": -12,
    "+7": 7,
    "0x1F": 31,
    "0o17": 15,
    "-0x1F": "-0x1F",
    "0b1": "0b1",
    "1_000": "1_000",
    "1:30": "1:30",
    "2024-01-01": "2024-01-01",
    "1e3": 1000,
    "1.5": Fraction(3, 2),
    ".5": Fraction(1, 2),
    "-.5E1": -5,
    "1.": 1,
    "1.50e1": 15,
    "1e-3": Fraction(1, 1000),
    "-0.0": 0,
    "0e30": 0,
    "1e": "1e",
    ".": ".",
    "-": "-",
    "+": "+",
    "1.2.3": "1.2.3",
    "١٢": "١٢",
    "3²": "3²",
    ".e3": ".e3",
    "2 * width": "2 * width",
    "exp != cin": "exp != cin",
    "9" * 30: 10**30 - 1,
}


@pytest.mark.parametrize(("word", "value"), PLAIN.items(), ids=repr)
def test_plain(word: str, value: Any) -> None:
    if word != "-":
        assert same(read(f"a: {word}\n").data, {"a": value})
    if word:
        assert same(read(f"a: '{word}'\nb: \"{word}\"\nc: |-\n  {word}\n").data, dict.fromkeys("abc", word))
        assert same(read(f"- {word}\n").data if word != "-" else [word], [value])


def test_keys_are_text() -> None:
    assert read("1: a\n1.50: b\ntrue: c\n~: d\n0x1: e\n.inf: f\n'g': 1\n").data == {
        "1": "a",
        "1.50": "b",
        "true": "c",
        "~": "d",
        "0x1": "e",
        ".inf": "f",
        "g": 1,
    }


def test_aliases_reach_the_same_value() -> None:
    data, marks = read("a: &x {b: [1, 2]}\nc: *x\nd: &x 3\ne: [*x]\n&k f: *k\n")
    assert data == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}, "d": 3, "e": [3], "f": "f"}
    assert data["a"] is data["c"]
    assert marks.find(("c",)) == (2, 4)
    assert marks.find(("c", "b", 1)) == (1, 15)
    assert marks.find(("c",), key=True) == (2, 1)
    assert marks.find(("f",)) == (5, 7)
    assert read("a: &k {b: 1}\n&k c: *k\n").marks.find(("c", "b")) == (2, 7)


def test_marks_of_what_is_not_there() -> None:
    marks = read("layers:\n  conv1: {op: Conv2d}\n  relu: ReLU\n").marks
    assert marks.find(()) == (1, 1)
    assert marks.find(("layers",)) == (2, 3)
    assert marks.find(("layers", "conv1", "strid")) == (2, 10)
    assert marks.find(("layers", "conv1", "strid"), key=True) == (2, 3)
    assert marks.find(("layers", "relu", "x", 2, "y")) == (3, 9)
    assert marks.find((3,)) == (1, 1)


def test_without_a_text_there_are_no_marks() -> None:
    assert type(read("a").marks)().find(("a",)) is None


def test_windows_lines() -> None:
    data, marks = read(b"\xef\xbb\xbfa: 1\r\nb:\r\n  - 2\r\n")
    assert data == {"a": 1, "b": [2]}
    assert marks.find(("b", 0)) == (3, 5)


# Messages.

MESSAGES = {
    "": "error: the file is empty [invalid-yaml]\n  --> net.yaml",
    "# nothing\n": "error: the file is empty [invalid-yaml]\n  --> net.yaml",
    "---\n": "error: the file is empty [invalid-yaml]\n  --> net.yaml",
    "a: 1\nb: 2\na: 3\n'b': 4\n": """\
error: `a` stands twice in one mapping, first in line 1 [invalid-yaml]
  --> net.yaml:3:1

error: `b` stands twice in one mapping, first in line 2 [invalid-yaml]
  --> net.yaml:4:1""",
    "a: .inf\na: -.INF\nb: [.nan]\n": """\
error: `.inf` is refused: a number is finite and exact [invalid-yaml]
  --> net.yaml:1:4

error: `a` stands twice in one mapping, first in line 1 [invalid-yaml]
  --> net.yaml:2:1

error: `-.INF` is refused: a number is finite and exact [invalid-yaml]
  --> net.yaml:2:4

error: `.nan` is refused: a number is finite and exact [invalid-yaml]
  --> net.yaml:3:5""",
    "base: &base {a: 1}\nb:\n  <<: *base\n": """\
error: the merge key `<<` is refused [invalid-yaml]
  --> net.yaml:3:3

hint: write the keys out, or make a block with variables""",
    "a: {'': 3}\n": "error: a key is empty [invalid-yaml]\n  --> net.yaml:1:5",
    "? [a]\n: 1\n? {b: .inf}\n: 2\n": """\
error: a key is text, not a list or a mapping [invalid-yaml]
  --> net.yaml:1:3

error: a key is text, not a list or a mapping [invalid-yaml]
  --> net.yaml:3:3

error: `.inf` is refused: a number is finite and exact [invalid-yaml]
  --> net.yaml:3:7""",
    "a: &x b\n*x : 1\n": "error: a key is text, not an alias [invalid-yaml]\n  --> net.yaml:2:1",
    "a: *b\n": "error: there is no anchor `&b` that ends before this alias [invalid-yaml]\n  --> net.yaml:1:4",
    "a: &a [*a]\n": "error: there is no anchor `&a` that ends before this alias [invalid-yaml]\n  --> net.yaml:1:8",
    "a: !!python/object/apply:os.system [x]\nb: !foo 3\n!!str c: 1\n": """\
error: the tag `!!python/object/apply:os.system` is refused: a spec holds plain data [invalid-yaml]
  --> net.yaml:1:4

error: the tag `!foo` is refused: a spec holds plain data [invalid-yaml]
  --> net.yaml:2:4

error: the tag `!!str` is refused: a spec holds plain data [invalid-yaml]
  --> net.yaml:3:1""",
    f"a: {'1' * 31}\nb: 0.{'0' * 30}\nc: 0x{'F' * 31}\n": """\
error: `1111111111111...` is refused: it has 31 digits, and a number has at most 30 [invalid-yaml]
  --> net.yaml:1:4

error: `0000000000000...` is refused: it has 31 digits, and a number has at most 30 [invalid-yaml]
  --> net.yaml:2:4

error: `FFFFFFFFFFFFF...` is refused: it has 31 digits, and a number has at most 30 [invalid-yaml]
  --> net.yaml:3:4""",
    f"a: 1e31\nb: 1e-{'9' * 5000}\n": """\
error: `1e31` is refused: the exponent of a number is at most 30 [invalid-yaml]
  --> net.yaml:1:4

error: `1e-9999999999999999999999999999999999...` is refused: the exponent of a number is at most 30 [invalid-yaml]
  --> net.yaml:2:4""",
    'a: "\\0"\n': "error: the text holds the character U+0000 [invalid-yaml]\n  --> net.yaml:1:4",
    '"\\e[31m": 1\n': "error: the text holds the character U+001B [invalid-yaml]\n  --> net.yaml:1:1",
    "a: 1\nb: \x1b[31m\n": (
        "error: the text holds the character U+001B [invalid-yaml]\n  --> net.yaml:2:4\n\nhint: remove it"
    ),
    "a: \ud800\n": "error: the text holds the character U+D800 [invalid-yaml]\n  --> net.yaml:1:4\n\nhint: remove it",
    "a: 1\n---\nb: 2\n": "error: a second document starts here; a spec is one [invalid-yaml]\n  --> net.yaml:2:1",
    "x: {a: round_to(x, 8)}\n": (
        f"error: YAML ends `round_to(x` at its comma [invalid-yaml]\n  --> net.yaml:1:8\n\n{QUOTE}"
    ),
    "x: {a: max(b, 2, 3), c: max(d, 2, 3)}\n": f"""\
error: YAML ends `max(b` at its comma [invalid-yaml]
  --> net.yaml:1:8

{QUOTE}

error: YAML ends `max(d` at its comma [invalid-yaml]
  --> net.yaml:1:25

{QUOTE}""",
    "x: {a: f(x, 8), b: f(y, 8), a: 1}\n": f"""\
error: YAML ends `f(x` at its comma [invalid-yaml]
  --> net.yaml:1:8

{QUOTE}

error: YAML ends `f(y` at its comma [invalid-yaml]
  --> net.yaml:1:20

{QUOTE}

error: `a` stands twice in one mapping, first in line 1 [invalid-yaml]
  --> net.yaml:1:29""",
    "x: [1, round_to(x, 8), 3]\n": (
        f"error: YAML ends `round_to(x` at its comma [invalid-yaml]\n  --> net.yaml:1:4\n\n{QUOTE}"
    ),
    "x: {a: c[i], b: 1}\n": f"""\
error: a `,` or `}}` is missing before `[i],`, in the mapping that line 1 opens [invalid-yaml]
  --> net.yaml:1:9

{QUOTE}""",
    "x: [c[i], 1]\n": f"""\
error: a `,` or `]` is missing before `[i],`, in the list that line 1 opens [invalid-yaml]
  --> net.yaml:1:6

{QUOTE}""",
}


@pytest.mark.parametrize(("text", "message"), MESSAGES.items(), ids=lambda value: repr(value)[:40])
def test_message(text: str, message: str) -> None:
    assert wrong(text) == message


@pytest.mark.usefixtures("python_parser")
@pytest.mark.parametrize(("text", "message"), MESSAGES.items(), ids=lambda value: repr(value)[:40])
def test_message_with_the_parser_in_python(text: str, message: str) -> None:
    assert wrong(text) == message


SYNTAX = {
    "a: {b: 1": ("this `{` is not closed", 1, 4, ""),
    "a: [1,\n  2\n": ("this `[` is not closed", 1, 4, ""),
    "a: [1, 2\nb: 3\n": ("a `,` or `]` is missing before `:`, in the list that line 1 opens", 2, 2, ""),
    "a: {b: c: d}": ("a `,` or `}` is missing before `:`, in the mapping that line 1 opens", 1, 9, ""),
    "a: 'x\nb: 2\n": ("this quote is not closed", 1, 4, ""),
    'a: "x\n---\n"\n': ("this quote is not closed", 1, 4, ""),
    "a:\n\tb: 1\n": ("a tab stands where only spaces may", 2, 1, "indent with spaces"),
    "a: @x\n": ("`@` cannot start a value", 1, 4, "quote the value"),
    "a: %x\n": ("`%` cannot start a value", 1, 4, "quote the value"),
    "a: * 2\n": ("a text cannot start with `*`", 1, 4, "quote it"),
    "a: & 2\n": ("a text cannot start with `&`", 1, 4, "quote it"),
    "a: !e!x y\n": ("tags (`!`) are refused: a spec holds plain data", 1, 4, "quote a text that starts with `!`"),
    "a: !<x\n": ("tags (`!`) are refused: a spec holds plain data", 1, 4, "quote a text that starts with `!`"),
    "a: 1\n b: 2\n": (
        "a `:` stands where no key can end",
        2,
        3,
        "indent the key like its neighbours, or quote a text that holds `: `",
    ),
    "a: 1\nfoo\nb: 2\n": ("a `:` is missing after this key", 2, 1, "write `key: value`"),
    "a: - b\n": ("a `-` stands where no list can begin", 1, 4, "put the list on lines of its own"),
    "a: ? b\n": ("a `?` stands where no key can begin", 1, 4, ""),
    "a:\n    b: 1\n  c: 2\n": (
        "`c:` does not continue the mapping that begins in line 1",
        3,
        3,
        "indent a key like its neighbours, and quote a value as a whole",
    ),
    "a: 'b' c\n": (
        "`c` does not continue the mapping that begins in line 1",
        1,
        8,
        "indent a key like its neighbours, and quote a value as a whole",
    ),
    "- a\nb: 1\n": ("`b:` does not continue the list that begins in line 1", 2, 1, "indent every `-` of a list alike"),
    "a: [1,,2]\n": ("a value is missing before `,2]`", 1, 7, ""),
    "a: ]\n": ("a value is missing before `]`", 1, 4, ""),
    "a: | x\n": ("the text of a `|` or `>` starts on the next line", 1, 6, ""),
    "{a: 1} b\n": ("`b` stands after the end of the spec", 1, 8, ""),
    "%YAML 2.0\n---\na: 1\n": ("this `%` line asks for a YAML that is not 1.1 or 1.2", 1, 1, ""),
    "%YAML x\n---\na: 1\n": ("this `%` line is no directive of YAML", 1, 1, ""),
    'a: "\\xZZ"\n': ("this escape does not name a character", 1, 7, "single quotes keep a backslash as it is"),
}


@pytest.mark.parametrize(("text", "expected"), SYNTAX.items(), ids=lambda value: repr(value)[:40])
@pytest.mark.parametrize("parser", ["c", "python"])
def test_syntax(text: str, expected: tuple[str, int, int, str], parser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if parser == "python":
        monkeypatch.setitem(sys.modules, "yaml.cyaml", None)
    said, line, column, hint = expected
    assert wrong(text) == Problem(said, file="net.yaml", mark=Mark(line, column), hint=hint, id="invalid-yaml").render()


def test_an_unknown_escape() -> None:
    message = (
        "error: double quotes know no such escape [invalid-yaml]\n"
        "  --> net.yaml:1:5\n\nhint: single quotes keep a backslash as it is"
    )
    assert wrong('a: "\\q"') == message


@pytest.mark.usefixtures("python_parser")
def test_an_escape_beyond_unicode() -> None:
    assert (
        wrong('a: "\\UFFFFFFFF"')
        == "error: an escape in double quotes does not name a character [invalid-yaml]\n  --> net.yaml"
    )


def test_problems_are_collected_up_to_a_bound() -> None:
    with pytest.raises(SpecError) as caught:
        read("a: 1\n" * 1000)
    assert len(caught.value.problems) == 20
    assert wrong("a: .inf\nb: [\n").count("error: ") == 2


# Hostile texts.

DEEP = "error: lists and mappings nest more than 100 deep [invalid-yaml]\n  --> net.yaml:"
REACHED = "error: more than 10,000 values are reached by alias [invalid-yaml]\n  --> net.yaml:"


def bomb() -> str:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    return "\n".join(rows)


HOSTILE = {
    "[" * 10_000: DEEP + "1:101",
    "{a: " * 10_000: DEEP + "1:401",
    "- " * 10_000: DEEP + "1:201",
    "".join(" " * depth + "a:\n" for depth in range(10_000 // 4)): DEEP + "101:101",
    "a: &a " + "[" * 99 + "]" * 99 + "\nb: [*a]": DEEP + "2:5",
    "a: &a [1]\nb: [" + "*a, " * 900_000 + "]": REACHED,
    bomb(): REACHED,
    "a: "
    + "1" * (BYTES - 3): "error: `1111111111111...` is refused: it has 3,999,997 digits, and a number has at most 30",
    "a: 1.2" * (BYTES // 6): "error: a `:` stands where no key can end",
    ":" * BYTES: "error: a `:` stands where no key can end",
    "%a\n" * 1_000_000: "error: this `%` line is no directive of YAML",
    "&a " * 1_000_000: "error: `&a` stands after the end of the spec",
    " " * BYTES: "error: the file is empty",
    "[" + "f(x, " * 700_000 + "]": "error: YAML ends `f(x` at its comma",
    "x" * (BYTES + 1): "error: the text is longer than 4 MB [unreadable-file]\n  --> net.yaml",
    "ü" * (BYTES // 2 + 1): "error: the text is longer than 4 MB [unreadable-file]\n  --> net.yaml",
}


@pytest.mark.parametrize(("text", "message"), HOSTILE.items(), ids=lambda value: repr(value)[:30])
def test_hostile(text: str, message: str) -> None:
    assert wrong(text).startswith(message)


def test_as_deep_as_it_may_be() -> None:
    data = read("[" * 100 + "]" * 100).data
    for _ in range(99):
        (data,) = data
    assert data == []
    marks = read("a: &a " + "[" * 98 + "]" * 98 + "\nb: [*a]").marks
    assert marks.find(("b", *[0] * 98)) == (1, 104)
    assert marks.find(("b", *[0] * 99)) == (1, 104)


def test_a_large_text_is_fine() -> None:
    assert read("a: " + "x" * (BYTES - 3)).data == {"a": "x" * (BYTES - 3)}


# Files.


def said_of(path: Path | str) -> str:
    with pytest.raises(SpecError) as caught:
        read_path(path)
    return str(caught.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "net.yaml"


def test_a_file(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfname: caf\xc3\xa9  # \xe2\x9c\x93\ninput: [3]\n")
    data, marks = read_path(file)
    assert data == {"name": "café", "input": [3]}
    assert marks.find(("input", 0)) == (2, 9)
    assert read_path(str(file)).data == data


def test_a_wrong_file_is_named(file: Path) -> None:
    file.write_text("a: .inf")
    assert said_of(file) == f"error: `.inf` is refused: a number is finite and exact [invalid-yaml]\n  --> {file}:1:4"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    missing = tmp_path / "missing.yaml"
    assert said_of(missing) == f"error: there is no such file [unreadable-file]\n  --> {missing}"
    assert said_of(tmp_path) == f"error: this is a directory, not a file [unreadable-file]\n  --> {tmp_path}"
    assert said_of("a\0b") == "error: this file cannot be read: embedded null byte [unreadable-file]\n  --> a\\x00b"
    assert (
        said_of("x" * 300)
        == f"error: this file cannot be read: file name too long [unreadable-file]\n  --> {'x' * 300}"
    )


def test_a_file_without_permission(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    file.write_text("a: 1\n")
    monkeypatch.setattr("builtins.open", refuse)  # the tests may run as root, who may read everything
    assert said_of(file) == f"error: there is no permission to read this file [unreadable-file]\n  --> {file}"


UTF_8 = "\n\nhint: save it as UTF-8"
UTF_16 = "the file is UTF-16 or UTF-32, not UTF-8 [unreadable-file]\n  --> {file}" + UTF_8


@pytest.mark.parametrize(
    ("raw", "message"),
    {
        b"a: 1\nb: \xff\n": "the file is not UTF-8: byte 0xFF at offset 8 [unreadable-file]\n  --> {file}:2:4" + UTF_8,
        b"\xef\xbb\xbf\xc3\xa9: \xe9": (
            "the file is not UTF-8: byte 0xE9 at offset 7 [unreadable-file]\n  --> {file}:1:4"
        )
        + UTF_8,
        b"a: \xe2\x82": "the file is not UTF-8: byte 0xE2 at offset 3 [unreadable-file]\n  --> {file}:1:4" + UTF_8,
        "a: 1".encode("utf-16"): UTF_16,
        "a: 1".encode("utf-16-be"): UTF_16,
        "a: 1".encode("utf-16-le"): UTF_16,
        "a: 1".encode("utf-32"): UTF_16,
        b"a" * (BYTES + 1): "the text is longer than 4 MB [unreadable-file]\n  --> {file}",
        b"": "the file is empty [invalid-yaml]\n  --> {file}",
    }.items(),
    ids=lambda value: repr(value)[:30],
)
def test_files_that_are_no_text(file: Path, raw: bytes, message: str) -> None:
    file.write_bytes(raw)
    assert said_of(file) == "error: " + message.format(file=file)
