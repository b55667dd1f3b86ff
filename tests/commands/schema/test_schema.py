"""The JSON Schemas of the spec language, read by a real validator, beside what cnnshape itself says.

Three things are asked of them: what cnnshape takes, they take; what they mark, cnnshape refuses; and they mark what
they can see, which is listed by name.
"""

import copy
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

import cnnshape
from cnnshape.commands.check.fields import BudgetKeys, RuleKeys, SelectionKeys
from cnnshape.commands.expand.expand import expanded
from cnnshape.commands.schema.schema import blocks_schema, spec_schema
from cnnshape.core.errors import CnnshapeError, SpecError
from cnnshape.layers import BUILTIN
from cnnshape.layers.base import Elementwise
from cnnshape.layers.fields import described
from cnnshape.layers.registry import layer_type
from cnnshape.spec import library
from cnnshape.spec.blocks import CALL_KEYS, LAYER_KEYS, Block
from cnnshape.spec.document import Spec
from cnnshape.spec.glossary import ENTRY, VARIABLES
from cnnshape.spec.library import BlockFile
from cnnshape.spec.yaml import read, read_path
from tests.effort import share
from tests.fuzz.structure import broken
from tests.places import ROOT
from tests.strategies.all import VALID, WILD
from tests.strategies.specs import specs

SPECS = sorted((ROOT / "specs").rglob("*.yaml"))
BLOCKS = sorted((ROOT / "cnnshape" / "spec" / "std").glob("*.yaml"))
MESSAGES = sorted((ROOT / "tests" / "spec" / "messages").glob("*.yaml"))

SCHEMA = spec_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
OF_BLOCKS = jsonschema.Draft202012Validator(blocks_schema())

CONV = {"op": "Conv2d", "out_channels": 4, "kernel_size": 3}
UNIT = {"vars": {"c": 4, "k": 3}, "layers": {"conv": {"op": "Conv2d", "out_channels": "c", "kernel_size": "k"}}}
TWO = {"inputs": ["x", "y"], "description": "", "layers": {"0": "ReLU", "add": {"op": "Add", "from": ["0", "y"]}}}


def _net(layer: Any, /, **top: Any) -> dict[str, Any]:
    return {"cnnshape": 1, "input": [3, 8, 8], "layers": {"a": layer}} | top


def _call(**keys: Any) -> dict[str, Any]:
    return _net({"block": "unit"} | keys, blocks={"unit": UNIT})


@pytest.mark.parametrize("schema", [SCHEMA, blocks_schema()], ids=["spec", "blocks"])
@pytest.mark.parametrize("dialect", [jsonschema.Draft202012Validator, jsonschema.Draft7Validator])
def test_they_are_schemas_in_two_dialects(schema: dict[str, Any], dialect: Any) -> None:
    dialect.check_schema(schema)


@pytest.mark.parametrize("file", share(SPECS, 8), ids=lambda file: file.stem)
def test_every_spec_and_its_expansion_are_valid(file: Path) -> None:
    VALIDATOR.validate(read_path(str(file)).data)
    flat = read(expanded(cnnshape.analyze(file).graph).encode(), "flat.yaml")
    VALIDATOR.validate(flat.data)


@pytest.mark.parametrize("file", BLOCKS, ids=lambda file: file.stem)
def test_every_file_of_blocks_is_valid_as_one(file: Path) -> None:
    data = read_path(str(file)).data
    OF_BLOCKS.validate(data)
    assert not VALIDATOR.is_valid(data)
    assert not OF_BLOCKS.is_valid(_net("ReLU"))


@given(specs())
def test_random_specs_and_their_expansions_are_valid(drawn: dict[str, Any]) -> None:
    VALIDATOR.validate(drawn)
    VALIDATOR.validate(read(expanded(cnnshape.analyze(drawn).graph).encode(), "flat.yaml").data)


@pytest.mark.parametrize("op", BUILTIN)
@settings(max_examples=max(settings().max_examples // 10, 5))
@given(data=st.data())
def test_the_fields_that_a_layer_takes_are_valid_and_what_is_marked_is_refused(op: str, data: DataObject) -> None:
    entry = jsonschema.Draft202012Validator({"$ref": f"#/$defs/op.{op}", "$defs": SCHEMA["$defs"]})
    entry.validate({"op": op, **data.draw(VALID[op]).fields})
    if op in WILD:
        case = data.draw(WILD[op])
        if not entry.is_valid({"op": op, **case.fields}):
            with pytest.raises(SpecError):
                case.layer()


def _unread(error: jsonschema.ValidationError, graph: cnnshape.Graph) -> bool:
    """Whether what is marked stands where no one looks: in a variant not chosen, in a block not called."""
    keys = list(error.absolute_path)
    called = {node.at[1] for node in graph.nodes if node.at[:1] == ("blocks",)}
    return keys[:1] == ["variants"] or (keys[:1] == ["blocks"] and keys[1] not in called)


def _broken(seed: int) -> dict[str, Any]:
    """A spec that is short, or has blocks and variants, changed in a few places."""
    random = Random(seed)
    names = ("sharing", "lenet5", "max-pool-indices", "transposed", "inception-3a", "resnet", "squeezenet")
    bases = [read_path(str(file)).data for file in SPECS if file.stem in names]
    data: dict[str, Any] = copy.deepcopy(random.choice(bases))
    broken(random, data, bases)
    return data


def test_what_is_marked_in_broken_specs_is_refused() -> None:
    taken = marked = refused = 0
    for data in map(_broken, share(range(400), 3)):
        errors = list(VALIDATOR.iter_errors(data))
        try:
            graph = cnnshape.build(cnnshape.load(data))
        except CnnshapeError:
            refused, marked = refused + 1, marked + bool(errors)
            continue
        taken += 1
        assert [error.message for error in errors if not _unread(error, graph)] == [], data
    assert taken > 10
    assert marked > refused / 2


SEEN = {
    *("a_list", "boolean_for_number", "input_and_inputs", "input_size", "layer_name", "missing_field"),
    *("negative_size", "no_layers", "no_op", "several_together", "shares_and_more", "top_level_key", "unknown_field"),
    *("ignore_entries", "ignore_nothing", "ignore_unknown"),
    *("variable_name", "version", "version_missing", "list_of_layers"),
}
"""Messages whose fault is one of keys, types and bounds: an editor marks it."""

NO_YAML = {"duplicate_key", "empty", "not_yaml", "tuple", "unquoted_expression", "values_without_names"}
"""Those of files that hold no data: an editor says so without a schema."""

UNSEEN = {
    # A text may be an expression, and an expression is not read; an op may be a variable that names one.
    *("division_by_zero", "expression", "expression_syntax", "fraction", "text_for_number", "unknown_op"),
    *("op_none", "open_batch", "open_size"),
    *("data_dependent", "recurrent", "variable_circle", "variable_unknown", "when_is_no_condition", "no_for_false"),
    *("names_of_others", "power", "python_call", "same_for_a_pool", "same_transposed", "top_k", "variable_in_a_block"),
    # Names of layers are not looked up.
    *("dead_layer", "dead_tail", "itself", "later_name", "loop", "unknown_name", "unused_that_is_used"),
    # Shapes are not known.
    *("batch_in_reshape", "concat_axis", "groups", "kernel_too_large", "no_indices", "rank", "shapes_do_not_merge"),
    *("shared_weights_differ", "silent_behind_a_failure", "stated_channels", "too_few_inputs", "too_many_inputs"),
    *("channels_last", "missing_flatten", "same_with_a_stride", "size_after_pooling", "two_sizes"),
}
"""Those that only cnnshape knows, and why."""


def test_which_messages_an_editor_has_before_cnnshape_runs() -> None:
    found: dict[str, set[str]] = {"seen": set(), "unseen": set(), "no YAML": set()}
    for file in MESSAGES:
        try:
            kind = "unseen" if VALIDATOR.is_valid(read_path(str(file)).data) else "seen"
        except CnnshapeError:
            kind = "no YAML"
        found[kind].add(file.stem)
    assert found == {"seen": SEEN, "unseen": UNSEEN, "no YAML": NO_YAML}


@pytest.mark.parametrize(
    "net",
    [
        _net("ReLU"),
        _net(CONV),
        _net({**CONV, "kernel_size": [3, "k"], "stride": "s", "bias": "k > 2"}, vars={"k": 3, "s": 1}),
        _net({**CONV, "padding": "same", "in_channels": None, "out_channels": 4.0}),
        _net({"op": "act if deep else ReLU"}, vars={"act": "SiLU", "deep": True}),
        _net({"op": "act", "negative_slope": 0.5}, vars={"act": "LeakyReLU"}),
        _net("act", vars={"act": "ReLU"}),
        _net("LSTM", vars={"LSTM": "ReLU"}),
        _net({"op": "Reshape", "shape": ["batch", -1]}),
        _net({"op": "Permute", "dims": "order"}, vars={"order": [0, 2, 3, 1]}),
        _net({"op": "Permute", "dims": "[0, 2, 3, 1]"}),
        _net({"op": "Dropout", "p": 0.5, "when": "in_channels > 2", "trainable": False}),
        _net({"op": "Dropout", "when": 1}),
        _net({"op": "Dropout", "when": 0.5}),
        _net({"op": "Upsample", "scale_factor": 1.5}),
        _net({"op": "AdaptiveAvgPool2d", "output_size": [None, 7]}),
        _net("ReLU", vars={"a_list": [1, "2 * 3", True], "name": "ReLU", "x": "1 / 2"}, variants={"a": {"x": 2}}),
        _net("ReLU", input=None, inputs={"left": ["2 + 1", 8, 8]}),
        _net("ReLU", input=["c", 8], vars={"c": 3}),
        _net("ReLU", outputs=None),
        _net("ReLU", outputs=["a"], unused=[], meta={"any": [1, {"thing": None}]}, name="", description=""),
        _call(),
        _call(c="2 * in_channels", k=[3, "1"], when="in_channels == 3"),
        _call(repeat=2, c="4 + i", k=1, first={"c": 8}),
        _call() | {"layers": {"a": {"block": "unit", "repeat": 0}, "b": "ReLU"}},
        _call(repeat="n", k=1) | {"vars": {"n": 2}},
        _net({"block": "kind", "k": 1}, vars={"kind": "unit"}, blocks={"unit": UNIT}),
        _net({"block": "unit", "from": "input", "k": None}, blocks={"unit": {**UNIT, "layers": {"a": "ReLU"}}}),
        _net({"block": "two", "from": ["input", "input"]}, blocks={"two": TWO}),
        _net({"block": "std/basic", "c": 8, "trainable": False}),
        _call(trainable=False, ignore=["unused-layer"]),
        _net({"op": "ReLU", "ignore": ["mixed-samples"]}, ignore=["unused-layer", "unused-block"]),
        _net("ReLU", layers={"a": "ReLU", "b": {"shares": "a", "ignore": ["mixed-samples"]}}),
        _net({"block": "std/basic", "c": "8 + i", "repeat": 2, "first": {"stride": 2}}),
    ],
)  # fmt: skip
def test_what_cnnshape_takes_is_valid(net: dict[str, Any]) -> None:
    cnnshape.analyze(net)
    VALIDATOR.validate(net)


@pytest.mark.parametrize(
    "net",
    [
        _net({**CONV, "kernal_size": 3}),
        _net({"op": "Conv2d", "out_channels": 4}),
        _net({**CONV, "out_channels": 0}),
        _net({**CONV, "kernel_size": [3, 3, 3]}),
        _net({**CONV, "out_channels": True}),
        _net({**CONV, "padding_mode": "zero"}),
        _net({**CONV, "bias": 1}),
        _net({**CONV, "stride": None}),
        _net({**CONV, "from": 3}),
        _net({**CONV, "trainable": "true"}),
        _net({**CONV, "when": None}),
        _net({**CONV, "repeat": 2}),
        _net({**CONV, "first": {}}),
        _net({"op": "act", "repeat": 2}, vars={"act": "ReLU"}),
        _net({"op": "act", "first": {}}, vars={"act": "ReLU"}),
        _net({"op": True}),
        _net({"op": "ReLU", "from": []}),
        _net({"shares": "b", "stride": 2}),
        _net({"shares": "b", "block": "unit"}),
        _net({"shares": 3}),
        _net({"kernel_size": 3}),
        _net({}),
        _net(3),
        _net(None),
        _net(["ReLU"]),
        _net("ReLU", layer={}),
        _net("ReLU", cnnshape=2),
        _net("ReLU", cnnshape="1"),
        _net("ReLU", inputs={"x": [3]}),
        _net("ReLU", input=None),
        _net("ReLU", input=[]),
        _net("ReLU", input="size"),
        _net("ReLU", input=[3, 0]),
        _net("ReLU", input=[3] * 17),
        _net("ReLU", input=None, inputs={}),
        _net("ReLU", input=None, inputs={"a b": [3]}),
        _net("ReLU", name=3),
        _net("ReLU", layers={}),
        _net("ReLU", layers={"a b": "ReLU"}),
        _net("ReLU", vars={"if": 3}),
        _net("ReLU", vars={"3x": 3}),
        _net("ReLU", vars={"x": None}),
        _net("ReLU", vars={"x": {"y": 3}}),
        _net("ReLU", vars={"x": "required"}),
        _net("ReLU", vars=None),
        _net("ReLU", variants={"a": 3}),
        _net("ReLU", variants=["a"]),
        _net("ReLU", include="units.yaml"),
        _net("ReLU", include=[]),
        _net("ReLU", outputs=[]),
        _net("ReLU", unused="a"),
        _net("ReLU", blocks={"unit": {}}),
        _net("ReLU", blocks={"unit": {"layers": {}}}),
        _net("ReLU", blocks={"unit": {"layers": {"a": 3}}}),
        _net("ReLU", blocks={"unit": {"layers": {"a b": "ReLU"}}}),
        _net("ReLU", blocks={"unit": UNIT | {"when": "true"}}),
        _net("ReLU", blocks={"unit": UNIT | {"vars": {"repeat": 3}}}),
        _net("ReLU", blocks={"unit": UNIT | {"vars": ["c"]}}),
        _net("ReLU", blocks={"unit": UNIT | {"inputs": "x"}}),
        _net("ReLU", blocks={"unit": UNIT | {"inputs": ["x", "x"]}}),
        _net("ReLU", blocks={"unit": UNIT | {"inputs": ["a b"]}}),
        _net("ReLU", blocks={"Conv2d": UNIT}),
        _net("ReLU", blocks={"a-b": UNIT}),
        _net("ReLU", blocks={"std": UNIT}),
        _call(op="ReLU"),
        _call(trainable="false"),
        _net({"block": "std/basic", "c": 8, "trainable": 0}),
        _call(first={"c": 3}),
        _call(repeat=-1),
        _call(repeat=True),
        _call(repeat=0.5),
        _call(repeat=2, first=3),
        _call(when="true", **{"from": []}),
        _net({"block": 3}),
        _net({"block": "std/basik", "c": 8}),
        _net({"block": "std/basic"}),
        _net({"block": "std/basic", "c": 8, "strid": 2}),
        _net({"block": "std/basic", "c": 8, "repeat": 2, "first": {"strid": 2}}),
        _net({"block": "std/basic", "repeat": 2, "first": {"c": 2}}),
    ],
)  # fmt: skip
def test_what_is_marked_is_refused(net: dict[str, Any]) -> None:
    with pytest.raises(CnnshapeError):
        cnnshape.analyze(net)
    assert not VALIDATOR.is_valid(net)
    assert not jsonschema.Draft7Validator(SCHEMA).is_valid(net)


def test_a_block_is_checked_as_a_spec_is() -> None:
    wrong = {"cnnshape": 1, "blocks": {"unit": {"layers": {"a": {**CONV, "kernal_size": 3}}}}}
    assert [error.message for error in OF_BLOCKS.iter_errors(wrong)] == [
        "Additional properties are not allowed ('kernal_size' was unexpected)"
    ]


def test_every_key_says_what_it_is() -> None:
    for keys in (Spec, Block, BlockFile, BudgetKeys, RuleKeys, SelectionKeys):
        assert [name for name in keys.model_fields if not described(keys, name)] == []
    assert ENTRY.keys() == {*LAYER_KEYS, *CALL_KEYS}


def test_every_variable_of_the_blocks_says_what_it_is() -> None:
    known: set[str] = set()
    for name in library.standard():
        names = library.block(name, {}).vars
        assert names.keys() <= VARIABLES.keys(), name
        known |= {*names, *(f"{name.removeprefix('std/')}.{key}" for key in names)}
    assert VARIABLES.keys() <= known


RULES = (
    {"metric": "macs", "max": "4.1 GMACs", "max_increase": "3 %", "level": "warn", "message": "too much"},
    {"metric": "depth", "min": 3, "variant": ["a*", "b"], "batch": 8, "dtype": "int8", "input": [64, 64]},
    {"metric": "output", "equals": [1, 10], "set": {"width": 3}, "input": {"image": [64, 64]}},
    {"metric": "params", "max": "4 k", "select": "layer1.*"},
    {"metric": "flops", "max": "4 G", "flops": "full", "select": {"op": "Conv2d", "block": "unit", "take": "each"}},
)
WRONG_RULES = (
    {"metric": "mac", "max": "4 G"},
    {"metric": "macs"},
    {"max": "4 G"},
    {"metric": "macs", "max": [4]},
    {"metric": "macs", "max": "4 G", "level": "warning"},
    {"metric": "macs", "max": "4 G", "select": {"take": "all"}},
    {"metric": "macs", "max": "4 G", "limit": 3},
    {"metric": "macs", "max": "4 G", "batch": 0},
    {"metric": "macs", "max": "4 G", "dtype": "int9"},
)


@pytest.mark.parametrize("rule", RULES)
def test_rules_that_an_editor_accepts(rule: dict[str, Any]) -> None:
    VALIDATOR.validate(_net("ReLU", budget=[rule]))


@pytest.mark.parametrize("rule", WRONG_RULES)
def test_rules_that_an_editor_marks(rule: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(_net("ReLU", budget=[rule]))
    assert not VALIDATOR.is_valid(_net("ReLU", budget=rule))


def test_every_layer_has_a_description_and_its_fields() -> None:
    for op in BUILTIN:
        found = SCHEMA["$defs"][f"op.{op}"]
        assert found["description"], op
        assert found["properties"]["op"] == {"const": op}
        fields = found["properties"].keys() - {"op", "from", "when", "trainable", "ignore"}
        assert fields == layer_type(op, BUILTIN).model_fields.keys()
        assert all(found["properties"][name]["description"] for name in fields)


def test_what_an_editor_completes() -> None:
    assert SCHEMA["$defs"]["op.Conv2d"]["properties"]["stride"] == {
        "description": "how far the window moves from one output to the next, per axis: "
        "a whole number or a list of 2; 1 where it is not stated",
        "anyOf": [
            {"type": ["string", "integer"], "minimum": 1, "maximum": 10**12},
            {
                "type": "array",
                "items": {"type": ["string", "integer"], "minimum": 1, "maximum": 10**12},
                "minItems": 2,
                "maxItems": 2,
            },
        ],
        "default": 1,
    }
    names = [choice.get("const") for choice in SCHEMA["$defs"]["callable"]["anyOf"]]
    assert names == [*library.standard(), None]
    width = SCHEMA["$defs"]["std.bottleneck"]["properties"]["width"]
    assert width == {"description": "channels between; 'c // 4' where it is not stated", "default": "c // 4"}


def test_layers_passed_by_hand_are_in_it() -> None:
    assert "op.Mine" in spec_schema({"Mine": Elementwise})["$defs"]
    assert "op.Mine" in blocks_schema({"Mine": Elementwise})["$defs"]
