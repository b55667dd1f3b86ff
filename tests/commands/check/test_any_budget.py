"""Whatever stands under `budget`: it is checked, or refused in our voice, and never ends in a traceback."""

import contextlib
import json
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

import cnnshape
from cnnshape.analysis.metrics import METRICS
from cnnshape.commands.check import update
from cnnshape.commands.check.fields import RuleKeys, SelectionKeys
from cnnshape.commands.check.view import VIEW
from cnnshape.core.errors import CnnshapeError
from tests.commands.check.nets import net
from tests.render.strict import validator

SCHEMA = validator("check")
WORDS = st.sampled_from(
    ["total", "*", "body", "unit", "Conv2d", "half", "1 G", "3 %", "4 kB", "0", "torch", "full", "inplace", "int8",
     "each", "error", "warn", "[", "[!", "]*", "(", "\\", "**", "a\x00b", "\u202e", "width", "input", "9" * 40, "1e999",
     "-1 k"]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 5)
    | st.integers(-(10**40), 10**40)
    | st.floats()
    | WORDS
    | st.text(max_size=5)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=2), max_leaves=4
)
KEYS = st.sampled_from([*RuleKeys.model_fields])
LIKELY = {
    "metric": st.sampled_from([*METRICS]),
    "select": WORDS | st.dictionaries(st.sampled_from([*SelectionKeys.model_fields]), WORDS, max_size=3),
    "max": st.sampled_from([0, 0, 0, "0", 10**9, "1 G", "1 GiB", "7 px"]),
    "set": st.dictionaries(st.just("width"), SCALARS, max_size=1),
    "input": st.lists(st.integers(0, 40), max_size=4),
    "batch": st.integers(0, 3),
    "variant": st.sampled_from(["half", "*", ["h*"], "no"]),
}


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    rule = {key: draw(kind) for key, kind in LIKELY.items() if key in ("metric", "max") or draw(st.integers(0, 5)) == 0}
    if draw(st.booleans()):
        rule[draw(KEYS)] = draw(VALUES)
    return rule


@given(budget=st.lists(rules(), min_size=1, max_size=2) | st.lists(rules() | VALUES, max_size=3) | VALUES)
def test_a_budget_is_checked_or_refused(budget: Any) -> None:
    try:
        report = cnnshape.check(net(budget=budget))
    except CnnshapeError as error:
        event("refused")
        said = str(error)
        assert said.startswith("error: ")
        assert all(c.isprintable() or c == "\n" for c in said)
    else:
        event("checked")
        for form in VIEW.formats:
            assert VIEW.render(report, form)
        SCHEMA.validate(json.loads(VIEW.render(report, "json")))
        assert all(c.isprintable() or c == "\n" for c in VIEW.render(report, verbose=True))
    with contextlib.suppress(CnnshapeError):
        update(net(budget=budget), baseline="nowhere.yaml")
