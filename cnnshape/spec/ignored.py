"""What is wrong with ``ignore``, of an entry or of a net."""

from collections.abc import Container
from typing import Any

from cnnshape.core.errors import Problem, unknown
from cnnshape.core.ids import ERRORS, LAYER_WARNINGS, WARNINGS
from cnnshape.core.text import printable
from cnnshape.layers.fields import not_taken
from cnnshape.spec.keys import WARNING_IDS


def entry_problems(raw: Any) -> list[Problem]:
    """What is wrong with the ``ignore`` of an entry.

    >>> [(problem.text, problem.hint) for problem in entry_problems(["mixed-sample"])]
    [('there is no warning `mixed-sample`', 'did you mean `mixed-samples`?')]
    """
    if not isinstance(raw, list) or not raw or not all(isinstance(each, str) for each in raw):
        return [not_taken("ignore", WARNING_IDS, raw)]
    return id_problems(raw, LAYER_WARNINGS)


def id_problems(ids: list[str], known: Container[str] = WARNINGS) -> list[Problem]:
    """What is wrong with the ids that are ignored where those that are ``known`` can come up."""
    return [_problem(each)._replace(at=("ignore", place)) for place, each in enumerate(ids) if each not in known]


def _problem(id: str) -> Problem:
    if id in ERRORS:
        return Problem(f"`{id}` is an error, and only warnings can be ignored", id="invalid-value")
    if id not in WARNINGS:
        return unknown(f"there is no warning `{printable(id)}`", id, WARNINGS)
    hint = f"write `ignore: [{id}]` at the top of the spec"
    return Problem(f"`{id}` is a warning about the net, not about a layer", hint=hint, id="invalid-value")
