"""The JSON Schema of the spec language, for editors; `cnnshape` itself is the judge of a spec.

It is made from the layer classes and accepts a superset: every number may be an expression, a text.
"""

from typing import Any

from cnnshape.budget.fields import FIELDS as RULE
from cnnshape.budget.fields import SELECTION
from cnnshape.layers.base import Layer
from cnnshape.layers.fields import core
from cnnshape.registry import Registry, layer_type, layer_types
from cnnshape.spec import FIELDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_FROM = {
    "description": "the layer or layers it reads; the one before where it is not stated",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
}
_LAYERS = {"type": "object", "additionalProperties": {"$ref": "#/$defs/layer"}, "minProperties": 1}
_CALL = {
    "description": "a call of a block; its other keys are variables of the block",
    "type": "object",
    "properties": {
        "block": {"description": "a block of this file, an included one, or std/NAME", "type": "string"},
        "from": _FROM,
        "when": {"description": "a condition; the call is left out where it is false", "type": ["boolean", "string"]},
        "repeat": {
            "description": "so many copies, each reading the one before; `i` counts them from 0",
            "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}],
        },
        "first": {"description": "other values of variables for the first copy", "type": "object"},
        "trainable": {"description": "whether training changes the parameters in it", "type": "boolean"},
    },
    "required": ["block"],
    "not": {"required": ["op"]},
}
_BLOCK = {
    "description": "a template of layers; its value is that of its last layer",
    "type": "object",
    "properties": {
        "description": {"type": "string"},
        "inputs": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "vars": {"description": "its variables with defaults; `required` where a call must give one", "type": "object"},
        "layers": _LAYERS,
    },
    "required": ["layers"],
    "additionalProperties": False,
}
_COMMON: dict[str, Any] = {
    "from": _FROM,
    "when": {"description": "a condition; the layer is left out where it is false", "type": ["boolean", "string"]},
    "trainable": {"description": "whether training changes its parameters", "type": "boolean"},
}


def spec_schema(registry: Registry | None = None) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a spec file, for the layers of a registry.

    >>> sorted(spec_schema()["properties"])[:3]
    ['blocks', 'budget', 'cnnshape']
    """
    layers = layer_types() if registry is None else registry
    kinds = {op: layer_type(op, layers) for op in layers}
    axes = {"type": "array", "items": _widened({"type": "integer", "minimum": 1}), "minItems": 1}
    special = {
        "input": axes,
        "inputs": {"type": "object", "additionalProperties": axes, "minProperties": 1},
        "vars": {"type": "object"},
        "variants": {"type": "object", "additionalProperties": {"type": "object"}},
        "include": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "blocks": {"type": "object", "additionalProperties": {"$ref": "#/$defs/block"}},
        "layers": _LAYERS,
        "outputs": _FROM | {"description": "the layers that the net puts out; the last one where it is not stated"},
        "budget": rules_schema(),
        "meta": {},
    }
    properties = {key: special.get(key) or json_schema(annotation) for key, (annotation, _) in FIELDS.items()}
    properties["meta"] = {"description": "anything; cnnshape does not read it"}
    return {
        "$schema": DIALECT,
        "title": "a network for cnnshape",
        "type": "object",
        "properties": properties,
        "required": [key for key, (_, default) in FIELDS.items() if default is ...],
        "additionalProperties": False,
        "oneOf": [{"required": ["input"]}, {"required": ["inputs"]}],
        "$defs": {
            "layer": _layer(sorted(kinds)),
            "block": _BLOCK,
            "call": _CALL,
            **{op: _entry(op, kind) for op, kind in kinds.items()},
        },
    }


def rules_schema() -> dict[str, Any]:
    """The JSON Schema of the rules of a budget."""
    rule = _closed(RULE)
    rule["properties"]["select"] = {"anyOf": [{"type": "string"}, _closed(SELECTION)]}
    limits = [{"required": [kind]} for kind in ("max", "min", "equals", "max_increase")]
    return {"description": "limits that `cnnshape check` holds the net to", "type": "array", "minItems": 1,
            "items": {**rule, "anyOf": limits}}  # fmt: skip


def _closed(fields: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    """A mapping of these fields and no others."""
    return {
        "type": "object",
        "properties": {key: json_schema(annotation) for key, (annotation, _) in fields.items()},
        "required": [key for key, (_, default) in fields.items() if default is ...],
        "additionalProperties": False,
    }


def _layer(ops: list[str]) -> dict[str, Any]:
    """A layer's entry: a word, a shared layer, or a mapping whose ``op`` says which fields there are."""
    known = [{"if": {"properties": {"op": {"const": op}}}, "then": {"$ref": f"#/$defs/{op}"}} for op in ops]
    mapping = {"type": "object", "required": ["op"], "properties": {"op": _op(ops)}, "allOf": known}
    shared = {
        "type": "object",
        "required": ["shares"],
        "properties": {"shares": {"type": "string"}, "from": _FROM},
        "additionalProperties": False,
    }
    called = {"if": {"required": ["block"]}, "then": {"$ref": "#/$defs/call"}, "else": mapping}
    return {
        "anyOf": [_op(ops), {"if": {"type": "object", "required": ["shares"]}, "then": shared, "else": called}],
    }


def _op(ops: list[str]) -> dict[str, Any]:
    return {"anyOf": [{"enum": ops}, {"type": "string", "description": "an expression that gives the name of an op"}]}


def _entry(op: str, kind: type[Layer]) -> dict[str, Any]:
    fields = {}
    for name, annotation in kind.annotations.items():
        fields[name] = _widened(json_schema(annotation))
        if name in kind.defaults:
            default = kind.defaults[name]
            fields[name]["default"] = list(default) if isinstance(default, tuple) else default
    lines = (kind.__doc__ or op).strip().splitlines()
    return {
        "description": lines[0],
        "type": "object",
        "properties": {"op": {"const": op}, **_COMMON, **fields},
        "required": ["op", *(name for name in kind.annotations if name not in kind.defaults)],
        "additionalProperties": False,
    }


def json_schema(annotation: Any) -> dict[str, Any]:
    """What an editor should accept for one annotation, made by pydantic from its core schema."""
    from pydantic.json_schema import GenerateJsonSchema

    schema: Any = core(annotation).edit
    found: dict[str, Any] = GenerateJsonSchema().generate(schema)
    return {key: value for key, value in found.items() if key not in ("$schema", "title")}


def _widened(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with every number or boolean also as an expression."""
    if "anyOf" in schema:
        return schema | {"anyOf": [_widened(choice) for choice in schema["anyOf"]]}
    if schema.get("type") == "array":
        return schema | {"items": _widened(schema["items"])}
    if schema.get("type") in ("integer", "number", "boolean"):
        return {"anyOf": [schema, {"type": "string", "description": "an expression"}]}
    return schema
