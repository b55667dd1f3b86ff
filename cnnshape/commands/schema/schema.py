"""The JSON Schema of the spec language, for editors; `cnnshape` itself is the judge of a spec.

It is made from the keys of a spec, the layer classes and the blocks of the package, and accepts a superset: every
number may be an expression, a text, and no name is looked up.  Its keywords are those that draft 7 has, too, for not
every editor knows a later one.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from importlib.resources import files
from typing import Any, Final

from pydantic import BaseModel

from cnnshape.commands.check.fields import RuleKeys, SelectionKeys
from cnnshape.commands.schema.generator import DIALECT, Schema, properties
from cnnshape.core.ids import LAYER_WARNINGS, WARNINGS
from cnnshape.core.text import shown
from cnnshape.layers import BUILTIN, REFUSED
from cnnshape.layers.base import Layer
from cnnshape.layers.fields import described, takes
from cnnshape.layers.registry import Registry, layer_type, layer_types
from cnnshape.spec.blocks import CALL_KEYS, NAME, REQUIRED, STD, VARIABLE, Block
from cnnshape.spec.document import Spec
from cnnshape.spec.expressions import WORDS
from cnnshape.spec.glossary import ENTRY, VARIABLES
from cnnshape.spec.library import BlockFile, standard
from cnnshape.spec.yaml import read
from cnnshape.spec.yaml.version import KEY

TEXT: Final[Schema] = {"type": "string"}
_RESERVED: Final = frozenset({*WORDS, "in_channels", "batch", "i", STD})
_NAMES: Final[Schema] = {"anyOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1}]}
_VALUE: Final[Schema] = {"type": ["number", "boolean", "string", "array"]}


def _ids(known: Mapping[str, str]) -> Schema:
    """A list of ids, each with what it means."""
    items = [{"const": id, "title": id, "description": meaning} for id, meaning in known.items()]
    return {"type": "array", "minItems": 1, "items": {"anyOf": items}}


_TAKES: Final[dict[str, Schema]] = {
    "op": TEXT | {"allOf": [{"$ref": "#/$defs/op"}]},
    "block": TEXT | {"allOf": [{"$ref": "#/$defs/callable"}]},
    "shares": TEXT,
    "from": _NAMES,
    "when": {"type": ["boolean", "string", "number"]},
    "trainable": {"type": "boolean"},
    "repeat": {"type": ["string", "integer"], "minimum": 0},
    "first": {"type": "object"},
    "ignore": _ids(LAYER_WARNINGS),
}
"""What the keys of an entry take."""


def spec_schema(registry: Registry | None = None) -> Schema:
    """The JSON Schema (2020-12) of a spec file, for the layers of a registry.

    >>> sorted(spec_schema()["properties"])[:3]
    ['blocks', 'budget', 'cnnshape']
    """
    values: Schema = {"type": "object", "additionalProperties": _VALUE}
    axes: Schema = {"type": "array", "items": {"type": ["integer", "string"], "minimum": 1}}
    axes |= {"minItems": 1, "maxItems": 16}
    found = _mapping(
        Spec,
        input=axes | {"type": ["array", "null"]},
        inputs={"propertyNames": _pattern(NAME), "additionalProperties": axes},
        vars=_variables(()) | {"additionalProperties": _VALUE | {"not": {"const": REQUIRED}}},
        variants={"additionalProperties": values},
        ignore=_ids(WARNINGS),
        budget=rules_schema(),
    )
    return {
        "$schema": DIALECT,
        "description": "a net for cnnshape",
        **found,
        "if": {"required": ["inputs"], "properties": {"inputs": {"type": "object"}}},
        "then": {"properties": {"input": {"type": "null"}}},
        "else": {"required": ["input"], "properties": {"input": {"type": "array"}}},
        "$defs": _definitions(registry),
    }


def blocks_schema(registry: Registry | None = None) -> Schema:
    """The JSON Schema (2020-12) of a file of blocks, which specs include.

    >>> sorted(blocks_schema()["properties"])
    ['blocks', 'cnnshape', 'description', 'meta']
    """
    found = {"$schema": DIALECT, "description": "blocks for specs of cnnshape to include"}
    return {**found, **_mapping(BlockFile), "$defs": _definitions(registry)}


def rules_schema() -> Schema:
    """The JSON Schema of the rules of a budget."""
    select = {"anyOf": [TEXT, _mapping(SelectionKeys)]}
    limits = [{"required": [kind]} for kind in ("max", "min", "equals", "max_increase")]
    return {"type": "array", "minItems": 1, "items": _mapping(RuleKeys, select=select) | {"anyOf": limits}}


def _mapping(keys: type[BaseModel], **more: Schema) -> Schema:
    """A mapping with stated keys and no others, where the entries of ``layers`` and ``blocks`` are what these are."""
    named = {
        "layers": {"propertyNames": _pattern(NAME), "additionalProperties": {"$ref": "#/$defs/layer"}},
        "blocks": {
            "propertyNames": _pattern(VARIABLE) | {"not": {"enum": sorted({*_RESERVED, *BUILTIN, *REFUSED})}},
            "additionalProperties": {"$ref": "#/$defs/block"},
        },
    } | more
    return {
        "type": "object",
        "properties": {key: _without_default(found) | named.get(key, {}) for key, found in properties(keys).items()},
        "required": [key for key, field in keys.model_fields.items() if field.is_required() or key == KEY],
        "additionalProperties": False,
    }


def _without_default(schema: Schema) -> Schema:
    """The schema of a key, with the description first: what a key stands for where it is left out is in there."""
    return {"description": schema["description"]} | {key: held for key, held in schema.items() if key != "default"}


def _pattern(names: re.Pattern[str]) -> Schema:
    return {"pattern": "^" + names.pattern.replace(r"\Z", "$")}


def _variables(taken: tuple[str, ...]) -> Schema:
    """Names and values of variables; ``taken`` are names that mean something else beside those that always do."""
    names = _pattern(VARIABLE) | {"not": {"enum": sorted({*_RESERVED, *taken})}}
    return {"propertyNames": names, "additionalProperties": _VALUE}


def _definitions(registry: Registry | None) -> Schema:
    layers = layer_types() if registry is None else registry
    kinds = {op: layer_type(op, layers) for op in sorted(layers)}
    inputs = {"items": TEXT | _pattern(NAME), "uniqueItems": True}
    blocks = {name: _document(name) for name in standard()}
    shared = _closed("shared layer", _entry("shares", "from", "ignore"), ["shares"])
    none = {"title": "layer", "properties": _entry("op", "block", "shares"), "required": ["op"]}
    return {
        "layer": {
            "description": "an op, alone or with its fields; or a call of a block; or an earlier layer once more",
            "type": ["string", "object"],
            "allOf": [{"$ref": "#/$defs/op"}],  # which any mapping meets: an editor offers both forms at once
            "if": {"type": "object"},
            "then": _first_of(
                {"shares": shared, "block": {"$ref": "#/$defs/call"}, "op": {"$ref": "#/$defs/made"}}, none
            ),
        },
        "made": {
            "type": "object",
            "properties": _entry("op", "from", "when", "trainable", "ignore") | {"repeat": False, "first": False},
            "allOf": _cases("op", {op: f"op.{op}" for op in kinds}),
        },
        "call": {
            "title": "call",
            "type": "object",
            "properties": _entry("block", "from", "when", "repeat", "first", "trainable", "ignore") | {"op": False},
            "if": {"required": ["first"]},
            "then": {"required": ["repeat"]},
            "allOf": _cases("block", {name: _key(name) for name in blocks}),
        },
        "block": _mapping(Block, vars=_variables(CALL_KEYS), inputs=inputs),
        "op": _either({op: _first_line(kind) for op, kind in kinds.items()}, {}),
        "callable": _either(
            {name: document["description"] for name, document in blocks.items()},
            {"pattern": f"^(?!{STD}/[A-Za-z0-9_]*$)"},
        ),
        **_entry("from", "when", "trainable", "ignore", "repeat"),
        **{f"op.{op}": _layer(op, kind) for op, kind in kinds.items()},
        **{_key(name): _standard(name, document) for name, document in blocks.items()},
    }


def _entry(*keys: str) -> Schema:
    return {key: {"description": ENTRY[key], **_TAKES[key]} for key in keys}


def _closed(title: str, properties: Schema, required: list[str], **more: Any) -> Schema:
    """A mapping with these keys and no others."""
    found = {"title": title, **more, "type": "object", "properties": properties}
    return found | {"required": required, "additionalProperties": False}


def _cases(key: str, definitions: Mapping[str, str]) -> list[Schema]:
    """What else holds where a key has one of these values."""
    return [
        {"if": {"required": [key], "properties": {key: {"const": value}}}, "then": {"$ref": f"#/$defs/{name}"}}
        for value, name in definitions.items()
    ]


def _either(known: Mapping[str, str], other: Schema) -> Schema:
    """One of the names that are known, each with what it says, or another text."""
    return {"anyOf": [*({"const": name, "title": name, "description": said} for name, said in known.items()), other]}


def _first_of(cases: Mapping[str, Schema], otherwise: Schema) -> Schema:
    """What holds for a mapping that has the first of these keys, or the next, or none of them."""
    found = otherwise
    for key, held in reversed([*cases.items()]):
        found = {"if": {"required": [key]}, "then": held, "else": found}
    return found


def _layer(op: str, kind: type[Layer]) -> Schema:
    fields = {name: _field(kind, name, found) for name, found in properties(kind, expressions=True).items()}
    required = ["op", *(name for name, field in kind.model_fields.items() if field.is_required())]
    common = {key: {"$ref": f"#/$defs/{key}"} for key in ("from", "when", "trainable", "ignore")}
    return _closed(op, {"op": {"const": op}, **fields, **common}, required, description=_first_line(kind))


def _field(kind: type[Layer], name: str, found: Schema) -> Schema:
    """What an editor accepts for a field, shows over it, and writes where it is asked to complete it."""
    field = kind.model_fields[name]
    says = ": ".join(filter(None, [described(kind, name), takes(field)]))
    found = {key: held for key, held in found.items() if key not in ("default", "description")}
    if field.is_required():
        return {"description": says} | found
    default = field.default
    if isinstance(default, tuple):
        one = len({*default}) == 1 and "a whole number" in takes(field).split(" or ")
        default = default[0] if one else list(default)
    left_out = "" if default is None else f"; {shown(default)} where it is not stated"
    return {"description": says + left_out} | found | {"default": default}


def _first_line(kind: type[Layer]) -> str:
    return (kind.__doc__ or kind.__name__).strip().splitlines()[0].replace("``", "`")


def _key(name: str) -> str:
    return name.replace("/", ".")


def _document(name: str) -> dict[str, Any]:
    """The file of a block that comes with the package."""
    file = files("cnnshape.spec.std").joinpath(f"{name.removeprefix(f'{STD}/')}.yaml")
    found: dict[str, Any] = read(file.read_bytes(), f"{name}.yaml").data
    return found


def _standard(name: str, document: dict[str, Any]) -> Schema:
    """A call of a block that comes with the package: its variables are known."""
    block = name.removeprefix(f"{STD}/")
    variables: dict[str, Any] = document["blocks"][block]["vars"]
    given: Schema = {}
    for key, raw in variables.items():
        said = VARIABLES.get(f"{block}.{key}") or VARIABLES.get(key, f"a variable of {name}")
        given[key] = {"description": f"{said}; every call gives it"}
        if raw != REQUIRED:
            default = float(raw) if isinstance(raw, Fraction) else raw
            given[key] = {"description": f"{said}; {shown(raw)} where it is not stated", "default": default}
    common: Schema = {key: {"$ref": f"#/$defs/{key}"} for key in ("from", "when", "repeat", "trainable", "ignore")}
    common["first"] = _entry("first")["first"] | {"properties": given, "additionalProperties": False}
    required = ["block", *(key for key, raw in variables.items() if raw == REQUIRED)]
    return _closed(name, {"block": {"const": name}, **given, **common}, required, description=document["description"])
