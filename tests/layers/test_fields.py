"""What each kind of field takes, keeps and says where it does not."""

from fractions import Fraction
from typing import Annotated, Any, Literal

import pytest
from typing_extensions import override

from cnnshape.commands.schema.generator import properties
from cnnshape.core.errors import MOST_PROBLEMS, Problem, SpecError
from cnnshape.core.text import shown
from cnnshape.layers.base import Elementwise, Ops
from cnnshape.layers.fields import (
    LARGEST,
    Count,
    Extents,
    Index,
    Indices,
    Margin1,
    Margin2,
    Number,
    Pad2,
    Size,
    Size1,
    Size2,
    Size3,
    Sizes,
    Takes,
    is_size,
    literals,
    takes,
)


class Fields(Elementwise):
    """One field of every kind."""

    size: Size = 1
    count: Count = 0
    index: Index = 0
    one: Size1 = 1
    two: Size2 = 1
    three: Size3 = 1
    pad: Pad2 = 0
    near: Margin1 = 0
    far: Margin2 = 0
    sizes: Sizes = (1,)
    extents: Extents = (1,)
    indices_: Indices = (1,)
    number: Number = 0.0
    ratio: float = 0.0
    whole: int = 0
    flag: bool = False
    word: Literal["a", "b", "c"] = "a"
    text: str = ""
    either: Size | None = None
    mixed: Size2 | Literal["same"] | None = None

    @override
    def ops(self, x: Any) -> Ops:
        return Ops()


KEPT: list[tuple[str, Any, Any]] = [
    ("size", 1, 1),
    ("size", LARGEST, LARGEST),
    ("count", 0, 0),
    ("index", -LARGEST, -LARGEST),
    ("one", 3, (3,)),
    ("one", [3], (3,)),
    ("two", 3, (3, 3)),
    ("two", [3, 4], (3, 4)),
    ("three", 3, (3, 3, 3)),
    ("pad", 0, (0, 0)),
    ("near", -2, (-2, -2)),
    ("far", [1, 2, -3, 4], (1, 2, -3, 4)),
    ("far", 1, (1, 1, 1, 1)),
    ("sizes", [1, 2, 3], (1, 2, 3)),
    ("extents", [-1, 2], (None, 2)),
    ("indices_", [-1, 2], (-1, 2)),
    ("number", 3, 3.0),
    ("number", Fraction(1, 2), 0.5),
    ("ratio", Fraction(1, 4), 0.25),
    ("whole", -3, -3),
    ("flag", True, True),
    ("word", "b", "b"),
    ("text", "any", "any"),
    ("either", None, None),
    ("either", 5, 5),
    ("mixed", "same", "same"),
    ("mixed", [1, 2], (1, 2)),
    ("mixed", None, None),
]


@pytest.mark.parametrize(("name", "value", "kept"), KEPT)
def test_kept(name: str, value: Any, kept: Any) -> None:
    found = getattr(Fields(**{name: value}), name)
    assert found == kept
    assert type(found) is type(kept)


WRONG: list[tuple[str, Any, str]] = [
    ("size", 0, "size=0 is below 1"),
    ("size", True, "size takes a whole number from 1 up, not true"),
    ("size", 1.0, "size takes a whole number from 1 up, not 1.0"),
    ("size", LARGEST + 1, "size=1000000000001 is above 1,000,000,000,000"),
    ("count", -1, "count=-1 is below 0"),
    ("index", -LARGEST - 1, "index=-1000000000001 is below -1000000000000"),
    ("one", [1, 2], "one takes a whole number, not [1, 2]"),
    ("one", True, "one takes a whole number, not true"),
    ("two", [1, 2, 3], "two takes a whole number or a list of 2, not [1, 2, 3]"),
    ("two", [1], "two takes a whole number or a list of 2, not [1]"),
    ("two", [1, 0], "two=[1, 0]: 0 is below 1"),
    ("two", [LARGEST + 1, 1], "two=[1000000000001, 1]: 1000000000001 is above 1,000,000,000,000"),
    ("two", 0, "two=0 is below 1"),
    ("two", {3, 4}, "two takes a whole number or a list of 2, not {3, 4}"),
    ("two", None, "two takes a whole number or a list of 2, not null"),
    ("pad", -1, "pad=-1 is below 0"),
    ("far", [1, 2], "far takes a whole number or a list of 4, not [1, 2]"),
    ("sizes", [], "sizes takes a list of whole numbers from 1 up, not []"),
    ("sizes", [0], "sizes=[0]: 0 is below 1"),
    ("sizes", 3, "sizes takes a list of whole numbers from 1 up, not 3"),
    ("extents", [-2], "extents=[-2]: -2 is below 1"),
    ("extents", [0], "extents=[0]: 0 is below 1"),
    ("extents", 3, "extents takes a list of whole numbers from 1 up, or -1, not 3"),
    ("indices_", [-LARGEST - 1], "indices_=[-1000000000001]: -1000000000001 is below -1000000000000"),
    ("near", -LARGEST - 1, "near=-1000000000001 is below -1000000000000"),
    ("indices_", [1.5], "indices_ takes a list of whole numbers, not [1.5]"),
    ("number", "3", "number takes a number, not '3'"),
    ("number", True, "number takes a number, not true"),
    ("number", float("inf"), "number takes a number, not inf"),
    ("whole", 2.0, "whole takes a whole number, not 2.0"),
    ("flag", 1, "flag takes true or false, not 1"),
    ("word", "d", "word takes 'a', 'b' or 'c', not 'd'"),
    ("text", 3, "text takes text, not 3"),
    ("either", "no", "either takes a whole number from 1 up or null, not 'no'"),
    ("mixed", "full", "mixed takes a whole number or a list of 2, 'same' or null, not 'full'"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_wrong(name: str, value: Any, sentence: str) -> None:
    with pytest.raises(SpecError) as caught:
        Fields(**{name: value})
    assert [problem.text for problem in caught.value.problems] == [sentence]


def at(**values: Any) -> list[tuple[str | int, ...]]:
    with pytest.raises(SpecError) as caught:
        Fields(**values)
    return [problem.at for problem in caught.value.problems]


def test_a_problem_knows_the_keys_that_lead_to_it() -> None:
    assert at(two=[1, 0]) == [("two", 1)]
    assert at(sizes=[1, 2, 0]) == [("sizes", 2)]
    assert at(two=0) == [("two",)]
    assert at(size=0) == [("size",)]
    assert at(mixed="full") == [("mixed",)]
    assert at(two=[0, 0]) == [("two", 0)]  # one problem for each field
    assert at(size=0, count=-1) == [("size",), ("count",)]


MISSPELT: dict[str, Any] = {"sise": 1}
MANY: dict[str, Any] = {f"field{n}": 1 for n in range(2 * MOST_PROBLEMS)}


def test_an_unknown_field_gets_the_nearest() -> None:
    with pytest.raises(SpecError) as caught:
        Fields(**MISSPELT)
    assert caught.value.problems == (
        Problem("Fields has no field `sise`", hint="did you mean `size`?", at=("sise",), of_key=True, id="unknown-key"),
    )


def test_not_more_problems_than_anybody_reads() -> None:
    with pytest.raises(SpecError) as caught:
        Fields(**MANY)
    assert len(caught.value.problems) == MOST_PROBLEMS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (None, "null"),
        (1, "1"),
        (0.5, "0.5"),
        ("it's", '"it\'s"'),
        ((1, None), "[1, null]"),
        (list(range(9)), "[0, 1, 2, 3, 4, 5, 6, 7, 8]"),
        (list(range(10)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, ...]"),
        (2**200 - 1, str(2**200 - 1)[:57] + "..."),
        (2**200, "a number of more than 60 digits"),
        ("x" * 58, "'" + "x" * 58 + "'"),
        ("x" * 59, "'" + "x" * 56 + "..."),
    ],
)
def test_shown(value: Any, text: str) -> None:
    assert shown(value) == text
    assert len(text) <= 60


def test_which_fields_are_amounts() -> None:
    sizes = {"size", "count", "one", "two", "three", "pad", "near", "far", "sizes", "extents", "either", "mixed"}
    assert {name for name, field in Fields.model_fields.items() if is_size(field)} == sizes
    assert not is_size(Annotated[int, "a note"])


def test_the_words_of_a_field() -> None:
    words = {name: literals(field) for name, field in Fields.model_fields.items() if literals(field)}
    assert words == {"word": {"a", "b", "c"}, "mixed": {"same"}}
    assert literals(Literal["a", 1, None]) == {"a"}


def test_the_words_nearest_to_a_field_are_its_own() -> None:
    assert takes(Annotated[Size, Takes("an even number")]) == "an even number"
    assert takes(dict[str, int]) == "another value"


def test_an_editor_is_told_what_a_field_accepts() -> None:
    found = properties(Fields, expressions=True)
    item = {"type": ["string", "integer"], "minimum": 1, "maximum": LARGEST}
    listed = {"type": "array", "items": item, "minItems": 2, "maxItems": 2}
    assert found["two"]["anyOf"] == [item, listed]
    assert found["size"] == item | {"default": 1}
    assert found["sizes"]["items"] == item
    assert (found["sizes"]["type"], found["sizes"]["minItems"]) == (["string", "array"], 1)
    assert found["extents"]["items"]["anyOf"] == [item | {"minimum": -1}, {"type": "null"}]
    assert found["either"]["type"] == ["string", "integer", "null"]
    assert found["flag"]["type"] == ["string", "boolean"]
    assert found["word"]["enum"] == ["a", "b", "c"]
    same = {"const": "same", "type": "string"}
    assert found["mixed"]["anyOf"] == [item, listed, same, {"type": "null"}]
    assert properties(Fields)["size"]["type"] == "integer"


def test_a_list_in_a_list_is_wrong_as_a_whole() -> None:
    with pytest.raises(SpecError) as caught:
        Fields(size=1, mixed=[[1, 2], 3])
    assert [problem.at for problem in caught.value.problems] == [("mixed",)]
