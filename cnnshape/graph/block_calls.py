"""Calls of blocks: arguments, repeats, and copies that share weights."""

import re
from typing import TYPE_CHECKING, Any, Final

from cnnshape.core.dims import settled
from cnnshape.core.errors import CnnshapeError, Problem, SpecError, unknown
from cnnshape.core.text import printable
from cnnshape.graph.copies import Extent, again, depends, keep
from cnnshape.graph.diagnostics import Failed
from cnnshape.graph.op_table import condition
from cnnshape.graph.scope import Scope, Use
from cnnshape.layers.fields import not_taken
from cnnshape.spec.blocks import CALL_KEYS, REQUIRED, STD, Template
from cnnshape.spec.variables import Inside, evaluate, variables

if TYPE_CHECKING:
    from cnnshape.graph.assembly import Assembly

_SHARED: Final = re.compile(f"{STD}/[A-Za-z0-9_.-]+")  # a name that is no expression

DEEPEST: Final = 64
"""Blocks are called in blocks no deeper than this."""


def call(assembly: "Assembly", scope: Scope, name: str, entry: dict[str, Any]) -> int:
    """The value of an entry that calls a block: that of the last layer of its last copy."""
    sources, problems = assembly.enter(scope, entry, name)
    lost, first = sources[0] is None, entry.get("first", {})
    try:
        taken = condition(entry, scope.env)
        template = _template(entry, scope)
        count = _count(entry, scope.env)
    except SpecError as error:
        known = [one for one in error.problems if not (lost and "`in_channels`" in one.text)]
        raise (SpecError(*problems, *known) if problems or known else Failed()) from None
    problems += _entry_problems(template, entry, first)
    trainable, ignore = scope.trains(entry, problems), scope.ignores(entry, problems)
    if len(sources) != len(template.inputs) and not problems:
        names = ", ".join(f"`{each}`" for each in template.inputs)
        text = f"block `{template.name}` reads {names}, `from` gives {len(sources)}"
        problems.append(Problem(text, hint="name them in `from`", at=("from",) if "from" in entry else ()))
    if any(use.template is template for use in scope.used):
        problems.append(Problem(f"block `{template.name}` calls itself", at=("block",)))
    elif len(scope.used) >= DEEPEST:
        problems.append(Problem(f"blocks in blocks are at most {DEEPEST} deep", at=("block",)))
    if problems:
        raise SpecError(*problems)
    if lost or None in sources:
        raise Failed
    reads = [source for source in sources if source is not None]
    if not taken or count == 0:
        return reads[0]
    assembly.room(scope, name, 1 if count is None else count)
    given = {key: raw for key, raw in entry.items() if key not in CALL_KEYS}
    use = Use(scope.prefix + name, scope.source, scope.place(name), template)
    for number in range(1 if count is None else count):
        path = name if count is None else f"{name}.{number}"
        arguments = _arguments(assembly, scope, reads[0], given, first if number == 0 else {}, number, count)
        same = depends(assembly, scope, template, reads, arguments, trainable=trainable, ignore=ignore)
        moved = again(assembly, same, scope, path, reads, use) if same in assembly.built else None
        if moved is None:
            start = Extent.of(assembly)
            copy = _copy(assembly, scope, template, path, reads, arguments, use)
            copy.trainable, copy.ignore = trainable, ignore
            reads[0] = _built(assembly, scope, name, path, copy)
            keep(assembly, same, copy, start)
        else:
            scope.copies[path] = moved
            scope.values[path] = reads[0] = moved.value
    return reads[0]


def _built(assembly: "Assembly", scope: Scope, name: str, path: str, copy: Scope) -> int:
    """The value of a copy once its layers are built."""
    assembly.copies += 1
    copy.blocks = ((scope.prefix + path, copy.used[0].name), *scope.blocks)
    if path != name:
        assembly.claim(scope.prefix + path)
    assembly.entries(copy)
    scope.copies[path] = copy
    scope.values[path] = copy.before
    if copy.before is None:
        raise Failed
    return copy.before


def _template(entry: dict[str, Any], scope: Scope) -> Template:
    raw = entry["block"]
    name = raw
    if isinstance(raw, str) and raw not in scope.family and not _SHARED.fullmatch(raw):
        try:
            name = evaluate(raw, scope.env)
        except CnnshapeError as error:
            if not raw.replace("-", "_").isidentifier():
                raise SpecError(*(one._replace(at=("block",)) for one in error.problems)) from None
            name = raw
    if not isinstance(name, str):
        raise SpecError(not_taken("block", "the name of a block", name))
    if name in scope.family:
        return scope.family[name]
    from cnnshape.spec.library import block

    try:
        return block(name, scope.family)
    except SpecError as error:
        hint = f"write `{{op: {name}}}`" if name in scope.env and name not in scope.family else ""
        raise SpecError(*(p._replace(at=p.at or ("block",), hint=hint or p.hint) for p in error.problems)) from None


def _count(entry: dict[str, Any], env: dict[str, Any]) -> int | None:
    """How many copies, None where the call does not repeat."""
    if "repeat" not in entry:
        return None
    try:
        count = evaluate(entry["repeat"], env)
    except CnnshapeError as error:
        raise SpecError(*(one._replace(at=("repeat", *one.at)) for one in error.problems)) from None
    count = settled(count)
    if type(count) is not int or count < 0:
        raise SpecError(not_taken("repeat", "a whole number from 0 up", count))
    return count


def _entry_problems(template: Template, entry: dict[str, Any], first: Any) -> list[Problem]:
    """What is wrong with the keys of a call."""
    problems = [Problem("`op` does not go with `block`", at=("op",), of_key=True)] if "op" in entry else []
    given: list[tuple[tuple[str, ...], str]] = [((key,), key) for key in entry if key not in CALL_KEYS]
    if "first" in entry:
        if not isinstance(first, dict):
            return [*problems, not_taken("first", "a mapping of variables to values", first)]
        if "repeat" not in entry:
            problems.append(Problem("`first` goes with `repeat` only", at=("first",), of_key=True))
        given += [(("first", key), key) for key in first]
    for at, key in given:
        if key not in template.vars:
            text = f"block `{template.name}` has no variable `{printable(key)}`"
            problems.append(unknown(text, key, template.vars, at=at, of_key=True))
    named = {key for _, key in given}
    always = {key for at, key in given if len(at) == 1}
    for key, raw in template.vars.items():
        if raw == REQUIRED and (key not in named or ("repeat" in entry and key not in always)):
            problems.append(Problem(f"block `{template.name}` needs `{key}`", id="missing-key"))
    return problems


def _arguments(
    assembly: "Assembly", scope: Scope, source: int, given: dict[str, Any], first: dict[str, Any], number: int,
    count: int | None,
) -> dict[str, Any]:  # fmt: skip
    """The values of the variables that a call gives, for one of its copies."""
    env = scope.env
    env.pop("in_channels", None)
    if len(assembly.shapes[source]) > 1:
        env["in_channels"] = assembly.shapes[source][1]
    if count is not None:
        env["i"] = number
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for at, raw in [*(((key,), raw) for key, raw in given.items()), *((("first", k), raw) for k, raw in first.items())]:
        if at[-1] in first and len(at) == 1:
            continue
        try:
            found[at[-1]] = evaluate(raw, env)
        except CnnshapeError as error:
            problems += [problem._replace(at=(*at, *problem.at)) for problem in error.problems]
    env.pop("i", None)
    if problems:
        raise SpecError(*problems)
    return found


def _copy(
    assembly: "Assembly", scope: Scope, template: Template, path: str, sources: list[int],
    arguments: dict[str, Any], use: Use,
) -> Scope:  # fmt: skip
    """One copy of a block, with its variables, before its layers are built."""
    env = Inside(arguments, assembly.behind(template.family))
    if len(assembly.shapes[sources[0]]) > 1:
        env["in_channels"] = assembly.shapes[sources[0]][1]
    defaults = {key: raw for key, raw in template.vars.items() if key not in arguments}
    copy = Scope(
        dict(zip(template.inputs, sources, strict=True)), template.layers, env, template.source, template.at,
        family=template.family, prefix=f"{scope.prefix}{path}.", used=(use, *scope.used),
        shared=scope.shared.copy(path) if scope.shared else None,
    )  # fmt: skip
    try:
        env.update(variables(defaults, env))
    except SpecError as error:
        more = tuple([each.evidence for each in copy.used])
        assembly.problems.say(error.problems, template.source, template.at, scope.prefix + path, more)
        raise Failed from None
    return copy


def call_shared(
    assembly: "Assembly", scope: Scope, name: str, entry: dict[str, Any], copies: dict[str, Scope],
    ignore: frozenset[str],
) -> int:  # fmt: skip
    """The value of an entry that runs the copies of an earlier call again, with the same weights."""
    sources = scope.sources(entry, name)
    if None in sources:
        raise Failed
    for suffix, model in copies.items():
        if len(sources) != len(model.inputs):
            text = f"the block reads {len(model.inputs)} values, `from` gives {len(sources)}"
            raise SpecError(Problem(text, at=("from",) if "from" in entry else ()))
        path = name + suffix
        use = Use(scope.prefix + name, scope.source, scope.place(name), model.used[0].template)
        copy = Scope(
            dict(zip(model.inputs, sources, strict=True)), model.entries, model.env.copy(), model.source, model.at,
            family=model.family, prefix=f"{scope.prefix}{path}.", used=(use, *scope.used), shared=model,
            trainable=model.trainable, ignore=ignore,
        )  # fmt: skip
        sources[0] = _built(assembly, scope, name, path, copy)
    assert sources[0] is not None
    return sources[0]


def check_no_call(op: str, entry: dict[str, Any], scope: Scope) -> None:
    """Raise where a layer's entry is meant as a call of a block."""
    if op in scope.family:
        raise SpecError(
            Problem(f"`{printable(op)}` is a block, not an op", hint=f"write `{{block: {op}}}`", at=("op",))
        )
    for key in ("repeat", "first"):
        if key in entry:
            raise SpecError(Problem(f"`{key}` goes with `block` only", at=(key,), of_key=True))
