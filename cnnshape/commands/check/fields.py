"""The keys of a rule and of a selection: what each takes, for the check of a file and for editors."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic_core import SchemaValidator, ValidationError

from cnnshape.analysis.flop_conventions import CONVENTIONS
from cnnshape.analysis.memory import ITEMSIZES, RULES
from cnnshape.analysis.metrics import METRICS
from cnnshape.core.errors import SpecError
from cnnshape.layers.fields import LARGEST, Core, field_problems, fields_schema
from cnnshape.spec.blocks import DICT, NAMES, TEXT

_ANY: Final = {"type": "any"}
_SIZE: Final = {"type": "int", "strict": True, "ge": 1, "le": LARGEST}
_SIZES: Final = {"type": "list", "strict": True, "items_schema": _SIZE, "min_length": 1}
_LEAST: Final = {"type": "int", "ge": 0}


def _union(*choices: dict[str, Any]) -> dict[str, Any]:
    return {"type": "union", "choices": [*choices], "mode": "left_to_right"}


def _words(takes: str, words: Iterable[str]) -> Any:
    """A text that is one of some words; which they are is said by who looks it up, with the nearest one."""
    return Annotated[str, Core(TEXT, takes, {"type": "literal", "expected": list(words)})]


_INPUTS: Final = _union(_SIZES, {**DICT, "values_schema": _SIZES, "min_length": 1})
_SELECTION: Final = "`total`, a glob of paths, or a mapping of path, op, block and take, or of output"
_AMOUNT: Final = "an amount with its unit"

_Amount = Annotated[Any, Core(_ANY, _AMOUNT, _union(_LEAST, TEXT))]
_Equal = Annotated[Any, Core(_ANY, _AMOUNT, _union(_LEAST, TEXT, {"type": "bool"}, {"type": "list"}))]
_Globs = Annotated[Any, Core(_union(TEXT, NAMES), "a glob or a list of globs")]

FIELDS: Final[dict[str, tuple[Any, Any]]] = {
    "metric": (_words("the name of a metric", METRICS), ...),
    "select": (Annotated[Any, Core(_union(TEXT, DICT), _SELECTION)], "total"),
    "max": (_Amount, None),
    "min": (_Amount, None),
    "equals": (_Equal, None),
    "max_increase": (_Amount, None),
    "batch": (Annotated[int, Core(_SIZE, "a whole number from 1 up")], 1),
    "dtype": (_words("the name of a dtype", ITEMSIZES), "float32"),
    "input": (Annotated[Any, Core(_INPUTS, "a list of sizes, or a mapping of inputs to such lists")], None),
    "variant": (_Globs, ()),
    "set": (Annotated[dict[str, Any], Core(DICT, "a mapping of variables to values")], {}),
    "flops": (_words("the name of a FLOP convention", CONVENTIONS), "torch"),
    "memory": (_words("the name of a memory rule", RULES), "separate"),
    "level": (Literal["error", "warn"], "error"),
    "message": (str, ""),
    "name": (str, ""),
    "specs": (_Globs, ()),
}
"""The keys of a rule: annotation and default, ``...`` where there is none."""

SELECTION: Final[dict[str, tuple[Any, Any]]] = {
    "path": (str, ""),
    "op": (str, ""),
    "block": (str, ""),
    "take": (Literal["sum", "max", "each"], "sum"),
    "output": (str, ""),
}
"""The keys of a selection that is a mapping."""

_validators: dict[str, SchemaValidator] = {}


def validated(what: str, fields: Mapping[str, tuple[Any, Any]], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The values of keys, with the defaults of those that are not there; raises `SpecError` with all that is wrong."""
    if what not in _validators:
        _validators[what] = SchemaValidator(fields_schema(fields, ...))
    try:
        known: dict[str, Any] = _validators[what].validate_python(raw)
    except ValidationError as error:
        annotations = {key: annotation for key, (annotation, _) in fields.items()}
        raise SpecError(*field_problems(what, annotations, raw, error.errors(include_url=False))) from None
    return known
